"""What is sound as it is written, but hardly meant: reported, since it would count something else.

A label over branches that run one after the other because its word is no merge, and a step that
changes nothing, give plausible totals; nothing else would tell.
"""

from collections.abc import Mapping

from cnncalc.diagnostics import Remedy, rename
from cnncalc.spec.bodies.lines import BodyReader
from cnncalc.spec.names import KEYWORDS, MERGES, is_op_name
from cnncalc.spec.syntax import Broken, Flow, Labelled, Node, OpCall
from cnncalc.spec.yaml_tree import List, Text
from cnncalc.spec.yaml_tree import Node as YamlNode

WORDS: Mapping[str, str] = {
    "sum": "add", "plus": "add", "residual": "add", "cat": "concat", "concatenate": "concat",
    "stack": "concat", "multiply": "mul", "product": "mul", "subtract": "sub", "minus": "sub",
    "branches": "", "branch": "", "parallel": "", "merge": "", "join": "", "fuse": "", "split": "",
}  # fmt: skip
"""What others call our merges, and words that promise one without saying which."""

CONDITIONS: Mapping[str, str] = {"elseif": "elif", "elsif": "elif", "otherwise": "else"}
"""What other languages call what stands beside an `if`."""

_LONG = 6
"""Letters of a keyword that no other word is one slip away from."""


def check_label(reader: BodyReader, key: Text, value: YamlNode) -> bool:
    """Whether a label is meant as one; if it is a keyword or an op misspelt, that is reported."""
    text = key.text.strip()
    word = text.lower()
    plain = word.rstrip("0123456789").rstrip("_")
    if plain in {*WORDS, *MERGES} and (has_branches(value) or begins_with_x(value)):
        merge = plain if plain in MERGES else WORDS[plain]
        hint: Remedy = "write `add:` or `concat:` to join them"
        if merge:
            hint = f"join them: `{text}: {{{merge}: [...]}}`"
            hint = hint if word != plain else rename(text, merge, key.span, key.text, is_sure=True)
        message = f"`{text}` is a label here, and what it lists would run one after the other"
        reader.fault("E220", message, key.span, hint)
        return False
    meant = _word_meant(text, value)
    if meant is None:
        return True
    kind = "merge" if meant in MERGES else "keyword" if meant in KEYWORDS else "op"
    hint = rename(text, meant, key.span, key.text, is_sure=True)
    if kind == "keyword":
        hint = f"write `{meant}` with what belongs to it, or rename the label"
    elif kind == "op":
        hint = f"rename the label; `{meant}` takes no layers"
    message = f"`{text}` is a label here, and looks like the {kind} `{meant}`"
    reader.fault("E220", message, key.span, hint)
    return False


def _word_meant(text: str, value: YamlNode) -> str | None:
    """The keyword or op that a label most likely means."""
    word = text.lower()
    if text in KEYWORDS or word == "x":
        return None
    if word in KEYWORDS:
        return None if word in MERGES and isinstance(value, Text) else word
    if isinstance(value, List) and text != word and is_op_name(word):
        return word
    likely = KEYWORDS - {"x"} if text.isalpha() else set()
    near = (one for one in sorted(likely) if _is_misspelt(word, one, value))
    return next(near, None)


def _is_misspelt(word: str, keyword: str, value: YamlNode) -> bool:
    """Whether a label is a keyword but for one slip.

    Of a short one only where fingers were too fast, or where what follows are branches: `map`,
    `mix` and `means` are words of their own.
    """
    from cnncalc.spelling import is_swapped_or_doubled, slips  # noqa: PLC0415 - labels are few

    if abs(len(word) - len(keyword)) > 1 or slips(word, keyword) != 1:
        return False
    is_sure = len(keyword) >= _LONG or is_swapped_or_doubled(word, keyword)
    if keyword in MERGES:
        return isinstance(value, List) and (is_sure or has_branches(value, 1))
    return is_sure and len(keyword) >= len("else")


def has_branches(node: YamlNode, least: int = 2) -> bool:
    """Whether a list looks like branches: some lists in it, or a bare `x` beside one."""
    items = node.items if isinstance(node, List) else ()
    lists = sum(isinstance(item, List) for item in items)
    flows = sum(isinstance(item, Text) and item.text.strip() == "x" for item in items)
    return len(items) > 1 and lists > 0 and lists + flows >= least


def begins_with_x(node: YamlNode) -> bool:
    """Whether a list of several has a bare `x` first, which only a branch can be."""
    items = node.items if isinstance(node, List) else ()
    return len(items) > 1 and isinstance(items[0], Text) and items[0].text.strip() == "x"


def misspelt_keyword(reader: BodyReader, key: Text) -> bool:
    """Report the first word of a key that is nothing, and most likely a keyword."""
    word = key.text.split(maxsplit=1)[0] if key.text.strip() else ""
    names = reader.names
    is_known = names.place(word) or (names.is_label(word) and word != key.text)
    if not word or is_known or word in KEYWORDS:
        return False
    near = word.lower() if word.lower() in KEYWORDS else CONDITIONS.get(word.lower())
    near = near or reader.faults.closest(word, [*names.heads()])
    if near not in KEYWORDS or near == "x" or is_op_name(word.lower()):
        return False
    start = key.text.index(word)
    place = key.part(start, start + len(word))
    hint = rename(word, near, place, is_sure=True)
    reader.fault("E220", f"`{word}` looks like the keyword `{near}`", place, hint)
    return True


def check_steps(reader: BodyReader, nodes: list[Node]) -> list[Node]:
    """The layers of a list, with those reported that lose something.

    A bare `x` among several changes nothing; what is learned drops what flows in before it.
    """
    if len(nodes) < 2:
        return nodes
    for place, node in enumerate(nodes):
        if place and is_source(node):
            message = "a learned tensor as a step of a list drops what flows in"
            hint = "make it a branch: `add: [x, learned ...]`, `concat: [learned ..., x]`"
            reader.fault("E221", message, node.span, hint)
        elif isinstance(node, Flow):
            hint = "to join it with what stands before it, write `add: [[...], x]`"
            hint = hint if place else "remove it: a list begins with what flows in"
            reader.fault("E221", "`x` as a step of a list changes nothing", node.span, hint)
            nodes[place] = Broken(node.span)
    return nodes


def is_source(node: Node) -> bool:
    """Whether a layer reads nothing, under a label or without."""
    if isinstance(node, Labelled) and len(node.body) == 1:
        return is_source(node.body[0])
    return isinstance(node, OpCall) and node.kind.is_source
