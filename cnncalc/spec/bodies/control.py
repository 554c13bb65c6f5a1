"""What leads a body: a repeat, a loop with values, a choice."""

from typing import TypeGuard

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.spec.bodies.lines import BodyReader
from cnncalc.spec.bounds import LINE_STEPS, PARAMETER_STEPS, reading_steps
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import Definition, check_clash, check_name
from cnncalc.spec.notation import parse_part
from cnncalc.spec.syntax import Body, Broken, Case, Choice, Flow, Loop, Name, Node, Repeat
from cnncalc.spec.yaml_tree import Map, Text
from cnncalc.spec.yaml_tree import Node as YamlNode

FOR = "for"
LOOP_FORM = "`for i in range(4): layer`"

MOST_NAMES = 100
"""Names of a loop; nobody writes rows so long."""


def first_word(key: Text) -> str:
    """The word that a key begins with; empty when it has none."""
    return key.text.split(maxsplit=1)[0] if key.text.strip() else ""


def repeat(reader: BodyReader, key: Text, value: YamlNode) -> Node:
    """A body, several times in a row."""
    count = rest_of_key(reader, key, "repeat", "`repeat 6: layer`")
    body = reader.body(value)
    return Broken(key.span) if count is None else Repeat(count, body, key.span)


def rest_of_key(reader: BodyReader, key: Text, word: str, form: str) -> Expression | None:
    """The expression behind a keyword; None when it is none."""
    start = key.text.index(word) + len(word)
    return expression_from(reader, key, start, (word, form))


def expression_from(
    reader: BodyReader, key: Text, start: int, told: tuple[str, str]
) -> Expression | None:
    """The expression that a key has from there on; `told` is the word before, and the form."""
    rest = key.text[start:]
    text = rest.strip()
    if not text:
        reader.fault("E206", f"`{told[0]}` needs an expression", key.span, told[1])
        return None
    offset = start + len(rest) - len(rest.lstrip())
    expression = parse_part(key, text, offset, reader.faults)
    if expression is not None:
        reader.check_expression(expression)
        size = expression.tree.size if expression.tree else 0
        reader.faults.allowance.take(LINE_STEPS + reading_steps(size, len(text)), key.span)
    return expression


def is_loop(node: YamlNode) -> TypeGuard[Map]:
    """Whether a node is a mapping of one loop."""
    return isinstance(node, Map) and [first_word(key) for key, _ in node.entries] == [FOR]


def loop(reader: BodyReader, key: Text, value: YamlNode, *, is_parallel: bool = False) -> Node:
    """A body for each value of a list; `is_parallel` where each round is a branch of a merge."""
    names, end = loop_names(key)
    if not names or end is None:
        message = f"`{FOR}` takes names, `in`, and a list"
        reader.fault("E217", message, key.span, f"write {LOOP_FORM}")
        return Broken(key.span)
    if len(names) > MOST_NAMES:
        reader.fault("E217", f"a loop has at most {MOST_NAMES} names", key.span, "take rows apart")
        return Broken(key.span)
    values = expression_from(reader, key, end, ("in", LOOP_FORM))
    if values is not None and values.name and not reader.names.has_value(values.name):
        reader.unknown(values.name, values)
        values = None
    known = reader.names.parameters
    reader.faults.allowance.take(PARAMETER_STEPS * len(names) + len(known) // 8, key.span)
    before = len(reader.faults)
    own = {name.text: Definition("loop variable", name.span) for name in reversed(names)}
    for place, name in enumerate(names):
        check_loop_name(reader, name, names[:place])
    is_sound = len(reader.faults) == before and values is not None
    inside = reader.within(reader.names._replace(parameters={**known, **own}))
    inner: Body
    if is_parallel and is_loop(value):
        inner = (loop(inside, *value.entries[0], is_parallel=True),)
    else:
        inner = inside.body(value)
    if values is None or not is_sound:
        return Broken(key.span)
    named = tuple([Name(name.text, name.span) for name in names])
    return Loop(named, values, inner, is_parallel, key.span)


def loop_names(key: Text) -> tuple[list[Text], int | None]:
    """The names of a loop, and where the `in` behind them ends; None when there is none."""
    names: list[Text] = []
    end = key.text.index(FOR) + len(FOR)
    for word in key.text[end:].split():
        start = key.text.index(word, end)
        end = start + len(word)
        if word == "in":
            return names, end
        name = word.removesuffix(",")
        place = key.part(start, start + len(name))
        names.append(Text(name, place, is_plain=True, offset=0))
    return names, None


def check_loop_name(reader: BodyReader, name: Text, before: list[Text]) -> None:
    """Report a loop variable that hides another name, or has one that nothing can have."""
    if not check_name("loop variable", name, reader.faults):
        return
    names = reader.names
    same = next(
        (Definition("loop variable", one.span) for one in before if one.text == name.text), None
    )
    other = same or names.place(name.text)
    if other is None and name.text in names.label_places:
        other = Definition("label", names.label_places[name.text])
    if other is None and name.text in names.labels:
        message = f"the loop variable `{name.text}` has the name of the network's input"
        reader.fault("E209", message, name.span, "rename it")
    check_clash("loop variable", name, other, reader.faults)


def choice(reader: BodyReader, node: Map) -> Node:
    """A body under a condition, those under an `elif`, and the one under `else`."""
    cases: list[Case] = []
    otherwise: Body = (Flow(node.span),)
    is_sound, end = True, None
    for key, value in node.entries:
        word = first_word(key)
        fault = misplaced(word, key, is_first=not cases, end=end)
        if fault is not None:
            message, hint = fault
            notes = (Note("the `else` stands here", end.span),) if end and word == "elif" else ()
            reader.faults.append(Diagnostic("E217", message, key.span, notes, hint))
            is_sound = False
        elif word == "else":
            end, otherwise = key, reader.body(value)
        else:
            condition = rest_of_key(reader, key, word, f"`{word} stride != 1: layer`")
            body = reader.body(value)
            is_sound = is_sound and condition is not None
            if condition is not None:
                cases.append(Case(condition, body, key.span))
    if not is_sound or not cases:
        return Broken(node.span)
    return Choice(tuple(cases), otherwise, cases[0].span)


def misplaced(word: str, key: Text, *, is_first: bool, end: Text | None) -> tuple[str, str] | None:
    """What is wrong with a key where it stands among those of a choice, and the remedy."""
    if word == "if" and not is_first:
        return (
            "duplicate `if` in one mapping",
            "give it a line of its own, after `- `, or write `elif`",
        )
    if word == "else" and key.text.strip() != "else":
        return "`else` takes no condition", "write `else:`, or `elif` with the condition"
    if word == "elif" and is_first:
        return "`elif` stands before the `if`", "put the `if` first"
    if word == "elif" and end is not None:
        return "`elif` stands behind the `else`", "put the `else` last"
    return None
