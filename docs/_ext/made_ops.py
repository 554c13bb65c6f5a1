"""Every op with its usage, formula, attributes, sources and an example that is worked out."""

import op_examples

import cnncalc
from cnncalc.editor.hover import of_op
from cnncalc.ops import OPS, Op
from cnncalc.render.explain import render_explain_text

WIDTH = 84
"""Columns of an example: as many as the site is wide."""

USAGE = "```{code-block} text\n:class: usage\n\n"
"""How the block begins that has the usage of an op."""


def family(name: str) -> str:
    """The ops of one module of `cnncalc.ops`, in its order."""
    found = [kind for kind in OPS.values() if kind.__module__.rpartition(".")[2] == name]
    if not found:
        raise KeyError(f"there is no family of ops `{name}`")
    return "\n\n".join(map(_section, found))


def names() -> str:
    """A list of all families and the ops of each."""
    families: dict[str, list[str]] = {}
    for kind in OPS.values():
        families.setdefault(kind.__module__.rpartition(".")[2], []).append(kind.name)
    lines = [
        f"- [{home}]({home}.md): {', '.join(f'[`{one}`](#{anchor(one)})' for one in ops)}"
        for home, ops in families.items()
    ]
    return "\n".join(lines)


def anchor(name: str) -> str:
    """Where a page has an op."""
    return f"op-{name.replace('_', '-')}"


def _section(kind: type[Op]) -> str:
    text = op_examples.of(kind.name)
    graph = cnncalc.parse(text)
    layer = next(one for one in reversed(graph.layers) if one.op.name == kind.name)
    worked = render_explain_text(cnncalc.explain(graph, layer.name), WIDTH)
    # What the letters mean stands once, at the head of the page.
    worked = worked.partition("\n\n")[0]
    return "\n\n".join(
        [
            f"({anchor(kind.name)})=\n## {kind.name}",
            of_op(kind).replace("```\n", USAGE, 1),
            f"```yaml\n{text}```",
            f"```{{play}}\n:brief:\n\n{text}```",
            f"```text\n{worked}\n```",
        ]
    )
