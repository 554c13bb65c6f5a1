"""Specs that are made up, and specs that were changed: an answer, and no exception."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from robustness import NAMES, check, expressions
from thorough import thorough

from cnncalc.ops import OPS
from cnncalc.spec.library import bundled_names, find

# Specs made of the language's own words

ATTRIBUTES = sorted({key for kind in OPS.values() for key in kind.attributes})

KERNELS = [name for name, kind in OPS.items() if kind.on_head]

heads = st.one_of(
    st.sampled_from([*OPS, *NAMES]),
    st.builds(
        lambda name, kernel: name + kernel,
        st.sampled_from(KERNELS),
        st.sampled_from(["3x3", "1x1", "2", "3x3x3", "1x7", "0", "99x99"]),
    ),
)

arguments = st.one_of(
    expressions,
    st.builds(
        lambda key, value: f"{key}={value}", st.sampled_from(ATTRIBUTES + NAMES), expressions
    ),
)

lines = st.builds(
    lambda head, rest: " ".join([head, *rest]), heads, st.lists(arguments, max_size=3)
)

sound_lines = st.sampled_from([
    "conv3x3 8 padding=1", "conv1x1 4", "conv3x3 8 stride=2", "relu", "bn", "maxpool2x2",
    "flatten", "linear 10", "globalavgpool", "upconv2x2 4 stride=2", "x", "unit 4", "unit",
    "stem", "a", "b", "dwconv3x3 padding=same", "dropout", "upsample 2", "stage1",
    "conv1x1 x.channels//2",
])  # fmt: skip


def _bodies(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=4)
    conditions = st.sampled_from(["x.channels == 8", "x.height > 2", "width != 4", "true"])
    return st.one_of(
        several,
        st.builds(lambda op, body: {op: body}, st.sampled_from(["add", "mul", "concat"]), several),
        st.builds(
            lambda n, body: {f"repeat {n}": body},
            st.sampled_from(["0", "1", "2", "3", "depth"]) | expressions,
            inner,
        ),
        st.builds(
            lambda a, b, c: {f"if {a}": b, "else": c}, conditions | expressions, inner, inner
        ),
        st.builds(lambda a, b: {f"if {a}": b}, conditions | expressions, inner),
        st.builds(lambda label, body: {label: body}, st.sampled_from(NAMES) | heads, inner),
        st.dictionaries(st.sampled_from(NAMES + ATTRIBUTES) | lines, inner, max_size=3),
    )


leaves = sound_lines | sound_lines | sound_lines | lines | expressions | st.none()

bodies = st.recursive(leaves, _bodies, max_leaves=12)

shapes = st.sampled_from(["3x8x8", "4x16", "2x4x8x8", "12", "8x7x9", "3x", "0x1", "1x1x1"])

values = st.one_of(
    expressions, st.sampled_from([4, 2, True, [1, 2], ["a", 4], None, "unit", "bn", "conv3x3"])
)

signatures = st.sampled_from(
    ["unit", "unit w=4", "unit w s=1", "head a b=a", "stem", "a x", "unit w=4 s", "conv3 q", "1"]
)

quantities = st.sampled_from(
    ["1", "1_0", "2.5M", "<= 3K", ">= 1", "1..2", "4 MiB", "90%", "8x8", "about", 3, None]
)

metrics = st.sampled_from(["parameters", "macs", "output", "weight_bytes", "share", "depth", "a"])

facts = st.dictionaries(
    metrics, quantities | st.dictionaries(metrics, quantities, max_size=2), max_size=3
)

named_bodies = st.dictionaries(st.sampled_from(NAMES), bodies, max_size=3)

specs = st.fixed_dictionaries(
    {
        "input": shapes | st.dictionaries(st.sampled_from(NAMES), shapes, max_size=3),
        "layers": st.lists(bodies, min_size=1, max_size=6) | bodies,
    },
    optional={
        "name": st.text(max_size=5) | st.none(),
        "vars": st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
        "blocks": st.dictionaries(signatures, bodies, max_size=3),
        "outputs": named_bodies | st.lists(st.sampled_from(NAMES), max_size=3),
        "auxiliary": named_bodies,
        "variants": st.dictionaries(
            st.sampled_from(["1", "b"]),
            st.fixed_dictionaries(
                {},
                optional={
                    "vars": st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
                    "input": shapes,
                    "expect": facts,
                },
            ),
            max_size=2,
        ),
        "expect": facts,
        "budget": facts,
        "width": st.none(),
    },
)


@thorough(150)
@given(specs, st.sampled_from([None, None, "1", "b"]), st.booleans())
def test_random_specs(spec: dict[str, Any], variant: str | None, is_flow: bool) -> None:  # noqa: FBT001 - drawn
    check(yaml.safe_dump(spec, default_flow_style=is_flow, allow_unicode=True), variant)


@thorough(80)
@given(bodies | st.dictionaries(st.sampled_from(["layers", "input", *NAMES]), bodies))
def test_random_structures(tree: Any) -> None:
    check(yaml.safe_dump(tree))


# Specs that were right


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str | None]:
    """The text of a bundled spec with a few accidents, and one of its variants."""
    stem = draw(st.sampled_from(bundled_names()))
    text = find(stem).text
    variants = yaml.safe_load(text).get("variants") or {}
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from([_mutate_characters, _mutate_lines]))(draw, text)
    return text, draw(st.sampled_from([None, *map(str, variants)]))


def _mutate_characters(draw: st.DrawFn, text: str) -> str:
    place = draw(st.integers(0, max(0, len(text) - 1)))
    before, after = text[:place], text[place:]
    return draw(
        st.sampled_from(
            [
                before + after[1:],
                before + after[:1] + after,
                before + after[1:2] + after[:1] + after[2:],
                before + draw(st.sampled_from(list(" :-,[]{}()x0=*&.\n\t#'\"9"))) + after,
                before + draw(st.sampled_from(list("xe0-_ ="))) + after[1:],
            ]
        )
    )


def _mutate_lines(draw: st.DrawFn, text: str) -> str:
    rows = text.split("\n")
    one, other = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["drop", "double", "swap", "move", "indent", "dedent"]))
    if kind == "drop":
        del rows[one]
    elif kind == "double":
        rows.insert(other, rows[one])
    elif kind == "swap":
        rows[one], rows[other] = rows[other], rows[one]
    elif kind == "move":
        rows.insert(other, rows.pop(one))
    elif kind == "indent":
        rows[one] = "  " + rows[one]
    else:
        rows[one] = rows[one].removeprefix("  ")
    return "\n".join(rows)


@thorough(60)
@given(mutations())
def test_mutated_specs(case: tuple[str, str | None]) -> None:
    check(*case)
