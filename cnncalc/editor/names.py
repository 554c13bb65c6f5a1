"""Where a name is defined, where it is used, and the edits that give it another."""

import re
from collections.abc import Iterator

from cnncalc.checks.fixing.edits import applied, changes_of
from cnncalc.diagnostics import Edit, Span
from cnncalc.editor.document import Document
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.mentions import words_in
from cnncalc.spec.symbols import Symbol
from cnncalc.spec.syntax import BlockCall, Body, Spec, VariableCall
from cnncalc.spec.walk import walk


class Named(Record):
    """A name of a document with every place where it stands.

    Attributes:
        kind: `block`, `parameter`, `variable`, `label`, `input`, `variant` or `head`.
        name: the name.
        block: the block that it belongs to, or None.
        definitions: where it is defined; parameters that one call sets in several blocks are one.
        uses: where else it stands, in the order of the file.
    """

    kind: str
    name: str
    block: str | None
    definitions: tuple[Span, ...]
    uses: tuple[Span, ...]

    @property
    def places(self) -> tuple[Span, ...]:
        """Everywhere that it stands."""
        return (*self.definitions, *self.uses)


class RenameError(Exception):
    """A name that cannot be given; the text says why."""


def all_names(document: Document) -> tuple[Named, ...]:
    """Every name of a document, in the order of the file."""
    spec = document.spec
    if spec is None or spec.is_translated:
        return ()
    given = _given_by_name(document, spec)
    held = _held_by_variables(document, spec)
    found = []
    for one in document.symbols:
        if one.kind != "parameter":
            place = _exact(document, one.definition, one.name)
            uses = {
                *_uses(document, one),
                *(held.get(one.name, ()) if one.kind == "block" else ()),
            }
            ordered = tuple(sorted(uses, key=lambda span: span[1:]))
            found.append(Named(one.kind, one.name, one.block, (place,), ordered))
    found += _parameters(document, given)
    found += [Named("variant", name, None, (one.span,), ()) for name, one in spec.variants.items()]
    heads = [*spec.outputs, *spec.auxiliary]
    found += [Named("head", one.name, None, (one.span,), ()) for one in heads if len(one.body) > 1]
    return tuple(sorted(found, key=lambda one: one.definitions[0][1:]))


def _uses(document: Document, symbol: Symbol) -> tuple[Span, ...]:
    return tuple(_exact(document, one, symbol.name) for one in symbol.uses)


def _exact(document: Document, span: Span, name: str) -> Span:
    """The place of the name itself, where its span is that of more."""
    text = document.at(span)
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text)
    if text == name or found is None or "\n" in text[: found.start()]:
        return span
    column = span.column + found.start()
    return span._replace(end_line=span.line, column=column, end_column=column + len(name))


_Given = dict[tuple[str, ...], list[tuple[str, Span]]]
"""By the blocks that a call may mean: the parameters that it sets by their name, and where."""


def _given_by_name(document: Document, spec: Spec) -> _Given:
    """Where calls set a parameter by its name."""
    found: _Given = {}
    for body in _bodies(spec):
        for node in walk(body):
            blocks: tuple[str, ...]
            if isinstance(node, BlockCall):
                blocks, told = (node.block,), node.arguments
            elif isinstance(node, VariableCall):
                blocks = _held(spec, node.variable)
                told = tuple((one.name, one.value) for one in node.arguments if one.name)
            else:
                continue
            for name, value in told:
                place = _name_before(document, name, value)
                if place is not None:
                    found.setdefault(blocks, []).append((name, place))
    return found


def _held_by_variables(document: Document, spec: Spec) -> dict[str, list[Span]]:
    """Where the values of variables name blocks."""
    found: dict[str, list[Span]] = {}
    own = [one for each in spec.variants.values() for one in each.variables]
    for variable in (*spec.variables.values(), *own):
        for word in {*words_in(variable.value)} & spec.blocks.keys():
            if variable.place is not None:
                found.setdefault(word, []).append(_exact(document, variable.place, word))
    return found


def _bodies(spec: Spec) -> Iterator[Body]:
    yield spec.layers
    yield from (block.body for block in spec.blocks.values())
    yield from (head.body for head in (*spec.outputs, *spec.auxiliary))


def _held(spec: Spec, variable: str) -> tuple[str, ...]:
    """The blocks that a variable may hold; where that cannot be told, all of them."""
    if variable not in spec.variables:
        return tuple(spec.blocks)
    values = [spec.variables[variable].value]
    values += [
        one.value
        for each in spec.variants.values()
        for one in each.variables
        if one.name == variable
    ]
    words = [word for value in values for word in words_in(value)]
    return tuple(dict.fromkeys(word for word in words if word in spec.blocks))


def _name_before(document: Document, name: str, value: Expression) -> Span | None:
    """Where `name=` or `name:` stands before a value."""
    line = document.lines[value.span.line - 1] if value.span.line <= len(document.lines) else ""
    found = re.search(
        rf"(?<!\w){re.escape(name)}(?==[\"']?$|\s*:\s*[\"']?$)", line[: value.span.column - 1]
    )
    if found is None:
        return None
    place = value.span
    return Span(place.file, place.line, found.start() + 1, place.line, found.end() + 1)


def _parameters(document: Document, given: _Given) -> Iterator[Named]:
    """Parameters, those put together that one call may set in several blocks."""
    own = [one for one in document.symbols if one.kind == "parameter"]
    by_key = {(one.block, one.name): one for one in own}
    together: dict[tuple[str | None, str], set[tuple[str | None, str]]] = {
        key: {key} for key in by_key
    }
    places: dict[tuple[str | None, str], list[Span]] = {}
    for blocks, told in given.items():
        for name, place in told:
            keys: list[tuple[str | None, str]] = [
                (block, name) for block in blocks if (block, name) in by_key
            ]
            for key in keys:
                places.setdefault(key, []).append(place)
            whole = set().union(*(together[key] for key in keys))
            for key in whole:
                together[key] = whole
    done: set[tuple[str | None, str]] = set()
    for key, one in by_key.items():
        if key in done:
            continue
        ordered_keys = sorted(together[key], key=lambda each: by_key[each].definition[1:])
        done.update(ordered_keys)
        uses = [span for each in ordered_keys for span in _uses(document, by_key[each])]
        uses += [span for each in ordered_keys for span in places.get(each, ())]
        definitions = tuple(by_key[each].definition for each in ordered_keys)
        ordered = sorted({*uses}, key=lambda span: span[1:])
        yield Named("parameter", one.name, ordered_keys[0][0], definitions, tuple(ordered))


def name_at(document: Document, offset: int) -> tuple[Named, Span] | None:
    """The name that stands at an offset, and its place there."""
    for one in all_names(document):
        for span in one.places:
            start, end = document.range(span)
            if start <= offset <= end and end > start:
                return one, span
    return None


def definition(document: Document, offset: int) -> tuple[Span, ...]:
    """Where the name at an offset is defined."""
    found = name_at(document, offset)
    return found[0].definitions if found else ()


def references(document: Document, offset: int, *, with_definition: bool) -> tuple[Span, ...]:
    """Where the name at an offset is used."""
    found = name_at(document, offset)
    if found is None:
        return ()
    return found[0].places if with_definition else found[0].uses


def renamable(document: Document, offset: int) -> tuple[Named, Span]:
    """The name at an offset that can be given another, and its place there.

    Raises:
        RenameError: nothing there can.
    """
    found = name_at(document, offset)
    if found is None:
        raise RenameError("nothing here can be renamed: it is no name that this file defines")
    named, _ = found
    if document.reading.aside:
        raise RenameError("the file has a fault of YAML: mend it first")
    if any(document.at(span) != named.name for span in named.places):
        raise RenameError(f"a use of `{named.name}` is written so that it cannot be edited alone")
    return found


def rename(document: Document, offset: int, name: str) -> tuple[Edit, ...]:
    """The edits that give the name at an offset another, everywhere in the file.

    The file is read again with it: a name that cannot be, that clashes, or that another name
    would capture, is refused.

    Raises:
        RenameError: it cannot be given.
    """
    named, _ = renamable(document, offset)
    if name == named.name:
        return ()
    if named.kind != "variant" and not name.isidentifier():
        raise RenameError(f"`{name}` is no name: use letters, digits and `_`, a letter first")
    edits = tuple(Edit(span, name) for span in sorted({*named.places}, key=lambda one: one[1:]))
    after = Document(apply(document, edits), document.file, document.plan, wanted=document.wanted)
    _check(document, after, named, name)
    return edits


def apply(document: Document, edits: tuple[Edit, ...]) -> str:
    """The text with edits that do not overlap, all of them places of the text as it is."""
    return applied(document.text, changes_of(edits, document))


def _check(before: Document, after: Document, named: Named, name: str) -> None:
    """Refuse a name after which the file says something else."""
    for fault in after.faults:
        if not any(
            fault.code == one.code and _same(fault.span, one.span) for one in before.faults
        ):
            raise RenameError(fault.message)
    old, new = all_names(before), all_names(after)
    if _shape(old) != _shape(new):
        raise RenameError(f"`{name}` stands for something else in this file already")
    for variant, renamed in zip(before.variants, after.variants, strict=False):
        was, now = before.network(variant), after.network(renamed)
        if len(was.faults) < len(now.faults):
            raise RenameError(now.faults[-1].message)
        if [one.output_shape for one in was.layers] != [one.output_shape for one in now.layers]:
            raise RenameError(f"with `{name}` the network would be another")


def _same(one: Span | None, other: Span | None) -> bool:
    """Whether two faults are at one place, whose columns may have moved."""
    return (one and one.line) == (other and other.line)


def _shape(names: tuple[Named, ...]) -> list[tuple[str, list[int], list[int]]]:
    """What names come to without their letters: each with the lines that it stands on."""
    return sorted(
        (one.kind, sorted(span.line for span in one.definitions), [span.line for span in one.uses])
        for one in names
    )
