"""The schema against the parser: specs that are made up, and specs that were changed."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from schema_specs import SOUND, callable_ops, check_layer, check_soundness, read, shapes
from thorough import thorough

from cnncalc.facts import STATED
from cnncalc.metrics import METRICS
from cnncalc.ops import OPS, Op
from cnncalc.spec import parse_spec
from cnncalc.spec.schema.lines import fits

# Specs made of sound parts: the schema accepts all of them

EXPRESSIONS = ["width", "2*width", "x.channels//2", "depths[0]", "(1 if flag else 2)", "min(1, 2)"]

EXPRESSIONS += ["floor(ratio * 8)", "-(-1)", "1_000", "x.height-x.width+1", "len(depths)"]


def legal(kind: type[Op], key: str) -> st.SearchStrategy[tuple[str, Any]]:
    """Values of an attribute, as a line and as the long form have them."""
    attribute = kind.attributes[key]
    pool: list[tuple[str, Any]] = [(text, text) for text in (*EXPRESSIONS, *attribute.words)]
    pool += [(str(n).lower(), n) for n in (0, 1, 2, 3, 0.5, True, False) if fits(attribute, n)]
    if fits(attribute, (1, 2), 2):
        pool += [("1x2", "1x2"), ("(1, 2)", [1, 2]), ("[1, 2]", ["1", "2"])]
    if fits(attribute, ((1, 2), (0, 1)), 2):
        pool += [("((1, 2), (0, 1))", [[1, 2], [0, "1"]])]
    return st.sampled_from(pool)


@st.composite
def calls(draw: st.DrawFn) -> Any:
    """An op on a line, in the long form, or with arguments in both."""
    kind = draw(st.sampled_from([kind for kind in callable_ops() if not kind.is_source]))
    keys = [
        key
        for key, attribute in kind.attributes.items()
        if attribute.is_required or draw(st.booleans())
    ]
    given = {key: draw(legal(kind, key)) for key in draw(st.permutations(keys))}
    head = kind.name
    if kind.on_head in given and draw(st.booleans()):
        del given[kind.on_head]
        head += draw(st.sampled_from(["3x3", "1x7", "3x3x3", "1x1"]))
    form = draw(st.sampled_from(["line", "mapping", "both"]))
    on_line = dict(given) if form == "line" else {}
    if form == "both" and given:
        on_line = dict([next(iter(given.items()))])
    rest = {key: value for key, (_, value) in given.items() if key not in on_line}
    line = " ".join([head, *_arguments(draw, kind, on_line)])
    return line if form == "line" else {line: rest}


def _arguments(draw: st.DrawFn, kind: type[Op], given: dict[str, tuple[str, Any]]) -> list[str]:
    """Arguments with their names, or some of them in their places without."""
    without = 0
    while without < len(kind.positional) and kind.positional[without] in given:
        without += 1
    without = draw(st.integers(0, without))
    placed = [given[key][0] for key in kind.positional[:without]]
    named = [
        f"{key}={text}" for key, (text, _) in given.items() if key not in kind.positional[:without]
    ]
    places = sorted(draw(st.integers(0, len(named))) for _ in placed)
    for place, text in zip(reversed(places), reversed(placed), strict=True):
        named.insert(place, text)
    return named


block_calls = st.sampled_from(
    [
        "plain", "unit 8", "unit 8 2", "unit out=8 stride=2", "unit 8 act=bn", "kind 8", "form",
        {"unit": {"out": 8}}, {"unit 8": {"stride": 2}}, {"kind": {"out": [1, 2]}},
        {"plain": {}}, "unit (2 * width) stride=depths[1] act='relu'", "conv3 5", {"conv3 5": {}},
    ]
)  # fmt: skip

conditions = st.sampled_from(["flag", "not flag", "x.channels == 8", "width != 8 or flag", "true"])

counts = st.sampled_from(["0", "2", "depths[0]", "len(depths) - 1", "max(1, width)"])

labels = st.sampled_from(["stem", "head", "conv1", "größe", "macs", "True", "relu7", "conv3x"])


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    body = inner | st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.builds(
            lambda merge, branches: {merge: branches},
            st.sampled_from(["add", "mul", "concat"]),
            st.lists(body, min_size=2, max_size=3),
        ),
        st.builds(lambda count, inside: {f"repeat {count}": inside}, counts, body),
        st.builds(lambda text, inside: {f"if {text}": inside}, conditions, body),
        st.builds(
            lambda text, inside, other: {f"if {text}": inside, "else": other},
            conditions,
            body,
            body,
        ),
        st.builds(lambda label, inside: {label: inside}, labels, body),
    )


bodies = st.recursive(calls() | calls() | block_calls, _deeper, max_leaves=8)

quantities: dict[str, list[Any]] = {
    "count": ["1", 1000, 2.5, "61_100_840", "25.6M", "1,000 K"],
    "bytes": ["4 MiB", "4MB", "9.1875 KiB", "1_000 B"],
    "percentage": ["12.5%", "90 %"],
    "shape": ["1000", 1000, "96x55x55"],
}


def kind_of(metric: str) -> str:
    known = {"output": "shape", "share": "percentage"}
    return known.get(metric, "bytes" if metric.endswith("_bytes") else "count")


@st.composite
def amounts(draw: st.DrawFn, part: str, metric: str, *, of_layer: bool) -> Any:
    kind = kind_of(metric)
    if of_layer and METRICS[metric].adds_up and part != "published" and draw(st.booleans()):
        kind = "percentage"
    amount = draw(st.sampled_from(quantities[kind]))
    if part != "budget" or kind == "shape":
        return amount
    return draw(st.sampled_from([amount, f"<= {amount}", f">={amount}", f"{amount}..{amount}"]))


@st.composite
def facts(draw: st.DrawFn, part: str) -> Any:
    """What a spec states, of the network and of labels."""
    metrics = [metric for metric in STATED if part != "published" or metric != "share"]
    stated: dict[str, Any] = {
        metric: draw(amounts(part, metric, of_layer=False))
        for metric in draw(st.lists(st.sampled_from(metrics), unique=True, max_size=3))
    }
    for label in draw(
        st.lists(st.sampled_from(["stem", "a.b1", "flops"]), unique=True, max_size=2)
    ):
        stated[label] = {
            metric: draw(amounts(part, metric, of_layer=True))
            for metric in draw(st.lists(st.sampled_from(metrics), unique=True, max_size=3))
        }
        if part == "published" and draw(st.booleans()):
            stated[label]["note"] = "a misprint"
    return draw(st.sampled_from([stated, stated, stated, None]))


def parts() -> dict[str, st.SearchStrategy[Any]]:
    return {part: facts(part) for part in ("expect", "budget", "published")}


variants = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "vars": st.sampled_from([None, {}, {"width": 3, "kind": "plain"}, {"depths": [3, None]}]),
        "input": shapes,
        "source": st.sampled_from(["a paper", 2016]),
        **parts(),
    },
)

starts = st.sampled_from(["stem", "conv1", "True", "x"])

heads = st.dictionaries(
    st.sampled_from(["score", "depth", "conv7"]),
    starts | st.builds(lambda start, rest: [start, *rest], starts, st.lists(bodies, max_size=2)),
    max_size=2,
)

sound_specs = st.fixed_dictionaries(
    {
        "input": shapes | st.dictionaries(st.sampled_from(["left", "right"]), shapes, min_size=1),
        "vars": st.just(
            {
                "width": 8,
                "depths": [1, 2],
                "flag": True,
                "ratio": 0.5,
                "kind": "unit",
                "form": "bn",
            }
        ),
        "blocks": st.fixed_dictionaries(
            {
                "plain": st.just(["relu"]),
                "unit out stride=1 act=relu": st.just(["conv3x3 out stride=stride", "act"]),
                "conv3 out": st.lists(calls(), min_size=1, max_size=2),
            }
        ),
        # Every label that another part may name.
        "layers": st.builds(
            lambda rest: [*({label: "relu"} for label in ("stem", "conv1", "True")), *rest],
            st.lists(bodies, max_size=4),
        ),
    },
    optional={
        "name": st.sampled_from(["A network", 12, True, ""]),
        "source": st.just("a paper"),
        "description": st.just("Some\nlines."),
        "outputs": heads | st.lists(starts.filter("x".__ne__), unique=True) | st.none(),
        "auxiliary": heads.map(
            lambda found: {f"{name}_aux": body for name, body in found.items()}
        ),
        "variants": st.none() | st.dictionaries(st.sampled_from(["a", 50, "50-b"]), variants),
        **parts(),
    },
)


@thorough(25)
@given(sound_specs, st.booleans())
def test_specs_made_of_sound_parts(spec: dict[str, Any], is_flow: bool) -> None:  # noqa: FBT001 - drawn
    text = yaml.safe_dump(spec, default_flow_style=is_flow, allow_unicode=True, sort_keys=False)
    assert parse_spec(text, "spec")[1] == []
    check_soundness(text)


# Specs that were right: whatever the schema refuses the parser refuses as well

JUNK: list[Any] = [
    None, True, 0, 3, -1, 0.5, "", " ", "x", "relu", "conv3x3 8", "conv3 8", "unit", "if",
    "else: x",
    "3x8x8", "61M", "<= 4 MiB", "40%", [], {}, [None], ["relu"], [["x"]], {"x": "relu"},
    {"a": None}, {"relu": None}, {"conv": {"out_channels": 8, "kernel_size": 3}}, {"stem": "relu"},
    {"a": {"b": 1}},
    {"if true": "relu"}, {"else": "relu"}, {"add": ["x", "relu"]}, {"repeat 2": ["relu"]}, "True",
    {"macs": 3}, {"vars": {}}, {"depth": {"depth": 3}}, "conv3x3 8 bias='('", "bn a=1", "same",
]  # fmt: skip

TOKENS = [
    " ",
    " 3",
    " stride=2",
    " bias=1",
    " same",
    "=",
    "(",
    ")",
    "'",
    "x",
    "3x3",
    "#",
    "\t",
    "\n",
]

TOKENS += [" padding=(1, 2)", " 8 8", "%", ".", "_", "é", "==1", ", ", "-", " relu", " x", "\x85"]


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    for key, value in items:
        yield from places(value, (*path, key))


@cache
def known_keys() -> list[str]:
    keys = {key for text in SOUND.values() for path in places(read(text)) for key in path}
    heads = {f"{name} 8" for name in OPS} | {f"{name}3x3" for name in OPS} | {*OPS, *STATED}
    return sorted({*map(str, keys), *heads, "if x", "else", "repeat 3", "x", "", "stem ", " relu"})


def changed(draw: st.DrawFn, tree: Any, path: tuple[Any, ...]) -> Any:
    """A tree with one accident at a place."""
    if path:
        key, *rest = path
        copy = dict(tree) if isinstance(tree, dict) else list(tree)
        copy[key] = changed(draw, tree[key], tuple(rest))
        return copy
    junk = st.sampled_from(JUNK)
    if isinstance(tree, dict) and draw(st.booleans()):
        items = list(tree.items())
        place = draw(st.integers(0, len(items)))
        fresh = (draw(st.sampled_from(known_keys())), draw(junk))
        renamed = (fresh[0], items[place][1]) if place < len(items) else fresh
        kept = draw(st.sampled_from([[], [renamed], [fresh]]))
        return dict([*items[:place], *kept, *items[place + 1 :]])
    if isinstance(tree, list) and draw(st.booleans()):
        place = draw(st.integers(0, len(tree)))
        kept = draw(st.sampled_from([[], [draw(junk)], [draw(junk), *tree[place : place + 1]]]))
        return [*tree[:place], *kept, *tree[place + 1 :]]
    if isinstance(tree, str) and draw(st.booleans()):
        place = draw(st.integers(0, len(tree)))
        return (
            tree[:place] + draw(st.sampled_from(TOKENS)) + tree[place + draw(st.integers(0, 2)) :]
        )
    return draw(junk)


@st.composite
def mutated_trees(draw: st.DrawFn) -> str:
    tree = read(SOUND[draw(st.sampled_from(sorted(SOUND)))])
    for _ in range(draw(st.integers(1, 2))):
        tree = changed(draw, tree, draw(st.sampled_from(sorted(places(tree), key=str))))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


@thorough(80)
@given(mutated_trees())
def test_mutated_trees(text: str) -> None:
    check_soundness(text)


@thorough(60)
@given(st.data())
def test_mutated_texts(data: st.DataObject) -> None:
    text = SOUND[data.draw(st.sampled_from(sorted(SOUND)))]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        token = data.draw(
            st.sampled_from([*TOKENS, "", "\n  - ", ": ", "True", "~", "[", "{", "0"])
        )
        text = text[:place] + token + text[place + data.draw(st.integers(0, 2)) :]
    check_soundness(text)


HEADS = [*OPS, *(f"{name}3x3" for name in OPS), "conv3", "x", "stem", "kind", "unit"]

NAMED = sorted(
    f" {key}{sign}"
    for kind in OPS.values()
    for key in kind.attributes
    for sign in ("=", "==", "<=")
)

PIECES = ["0", "1", "2", "8", " 8", "true", "width", "1x2", ".5", " if ", " else ", "x.channels"]


@thorough(120)
@given(
    st.sampled_from(HEADS),
    st.lists(st.sampled_from([*TOKENS, *PIECES, *NAMED]), max_size=8).map("".join),
    st.sampled_from([None, {"bias": True}, {"out_channels": 8, "kernel_size": 3}, "relu"]),
)
def test_lines_of_any_pieces(head: str, rest: str, below: Any) -> None:
    line = f"{head}{rest}"
    check_layer(line if below is None else {line: below})
