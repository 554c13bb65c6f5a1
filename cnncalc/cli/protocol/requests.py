"""What an editor asks: each request is converted, answered by `cnncalc/editor/`, and converted."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lsprotocol import types

from cnncalc.checks.finding import Finding
from cnncalc.cli.protocol.convert import (
    Positions,
    diagnostic,
    location,
    with_versions,
    workspace_edit,
)
from cnncalc.cli.protocol.files import OpenFile
from cnncalc.cli.protocol.settings import Settings
from cnncalc.editor import names
from cnncalc.editor.actions import actions
from cnncalc.editor.colours import KINDS, words
from cnncalc.editor.completion import complete
from cnncalc.editor.elsewhere import edits_in_project
from cnncalc.editor.hints import hints, lenses
from cnncalc.editor.hover import hover
from cnncalc.editor.outline import Part, folds, outline
from cnncalc.editor.proposals import Proposal
from cnncalc.editor.signature import signature
from cnncalc.records import Record

SHOW_VARIANT = "cnncalc.showVariant"
"""The command that shows the numbers of a variant."""


class Asked(Record):
    """What holds of every request.

    Attributes:
        settings: what the user has chosen.
        has_snippets: whether the editor takes pieces with holes.
        has_versions: whether it takes edits of a text by the number of that.
    """

    settings: Settings
    has_snippets: bool
    has_versions: bool = False


Answer = Callable[[OpenFile, Any, Asked], Any]
"""What a request for an open file comes to."""

_KINDS = {
    "op": types.CompletionItemKind.Class,
    "block": types.CompletionItemKind.Function,
    "label": types.CompletionItemKind.Reference,
    "variable": types.CompletionItemKind.Variable,
    "parameter": types.CompletionItemKind.Property,
    "attribute": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.EnumMember,
    "keyword": types.CompletionItemKind.Keyword,
    "metric": types.CompletionItemKind.Field,
    "unit": types.CompletionItemKind.Unit,
    "key": types.CompletionItemKind.Field,
    "function": types.CompletionItemKind.Method,
    "value": types.CompletionItemKind.Value,
    "rule": types.CompletionItemKind.Event,
}

_PARTS = {
    "section": types.SymbolKind.Namespace,
    "variable": types.SymbolKind.Variable,
    "block": types.SymbolKind.Function,
    "label": types.SymbolKind.Field,
    "variant": types.SymbolKind.EnumMember,
    "input": types.SymbolKind.Interface,
    "head": types.SymbolKind.Event,
}

_COLOURS = {
    "block": "function",
    "parameter": "parameter",
    "variable": "variable",
    "label": "property",
    "variant": "enumMember",
    "op": "class",
    "keyword": "keyword",
}
LEGEND = types.SemanticTokensLegend([_COLOURS[kind] for kind in KINDS], ["declaration"])


# What is read at a place


def hovered(file: OpenFile, params: types.HoverParams, _: Asked) -> types.Hover | None:
    """What is told of a place."""
    told = hover(file.document, file.positions.offset(params.position))
    if told is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, told.text)
    return types.Hover(content, file.positions.between(told.start, told.end))


def signed(
    file: OpenFile, params: types.SignatureHelpParams, _: Asked
) -> types.SignatureHelp | None:
    """What the call takes that a place is in."""
    told = signature(file.document, file.positions.offset(params.position))
    if told is None:
        return None
    parameters = [types.ParameterInformation(one.label, one.text) for one in told.parameters]
    active = len(parameters) if told.active is None else told.active
    one = types.SignatureInformation(told.label, None, parameters, active)
    return types.SignatureHelp([one], 0, active)


def outlined(file: OpenFile, _: Any, __: Asked) -> list[types.DocumentSymbol]:
    """The parts of a file."""
    return _symbols(outline(file.document), file.positions)


def _symbols(parts: Iterable[Part], positions: Positions) -> list[types.DocumentSymbol]:
    return [
        types.DocumentSymbol(
            name=part.name or "-",
            kind=_PARTS[part.kind],
            range=positions.between(part.start, part.end),
            selection_range=positions.range(part.span),
            detail=part.detail or None,
            children=_symbols(part.parts, positions) or None,
        )
        for part in parts
    ]


def folded(file: OpenFile, _: Any, __: Asked) -> list[types.FoldingRange]:
    """What can be folded."""
    return [types.FoldingRange(first - 1, last - 1) for first, last in folds(file.document)]


# Names


def defined(file: OpenFile, params: types.DefinitionParams, _: Asked) -> list[types.Location]:
    """Where a name is defined."""
    places = names.definition(file.document, file.positions.offset(params.position))
    return [location(one, file.positions, file.uri) for one in places]


def referred(file: OpenFile, params: types.ReferenceParams, _: Asked) -> list[types.Location]:
    """Where a name is used."""
    offset, with_own = file.positions.offset(params.position), params.context.include_declaration
    places = names.references(file.document, offset, with_definition=with_own)
    return [location(one, file.positions, file.uri) for one in places]


def marked(
    file: OpenFile, params: types.DocumentHighlightParams, _: Asked
) -> list[types.DocumentHighlight]:
    """Every place of a name."""
    offset = file.positions.offset(params.position)
    places = names.references(file.document, offset, with_definition=True)
    return [types.DocumentHighlight(file.positions.range(one)) for one in places]


def prepared(file: OpenFile, params: types.PrepareRenameParams, _: Asked) -> types.Range:
    """The name that can be given another."""
    offset = file.positions.offset(params.position)
    return file.positions.range(names.renamable(file.document, offset)[1])


def renamed(file: OpenFile, params: types.RenameParams, asked: Asked) -> types.WorkspaceEdit:
    """The edits that give a name another."""
    offset = file.positions.offset(params.position)
    edits = names.rename(file.document, offset, params.new_name)
    settings, text = file.project.plan.project, file.project.text
    if edits and settings is not None:
        edits += edits_in_project(file.document, edits, settings, text)
    found = workspace_edit(edits, file.positions, file.uri)
    return with_versions(found, {file.uri: file.version}) if asked.has_versions else found


# What is written


def completed(
    file: OpenFile, params: types.CompletionParams, asked: Asked
) -> types.CompletionList:
    """What may stand at a place."""
    told = complete(file.document, file.positions.offset(params.position))
    place = file.positions.between(told.start, told.end)
    items = [
        _item(one, number, place, has_snippets=asked.has_snippets)
        for number, one in enumerate(told.proposals)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def _item(
    one: Proposal, number: int, place: types.Range, *, has_snippets: bool
) -> types.CompletionItem:
    is_snippet = one.is_snippet and has_snippets
    text = one.label if one.is_snippet and not has_snippets else one.insert or one.label
    form = types.InsertTextFormat.Snippet if is_snippet else types.InsertTextFormat.PlainText
    told = types.MarkupContent(types.MarkupKind.Markdown, one.text) if one.text else None
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS[one.kind],
        detail=one.detail or None,
        documentation=told,
        sort_text=f"{number:04}",
        filter_text=one.label,
        insert_text_format=form,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if is_snippet else None,
        text_edit=types.TextEdit(place, text),
    )


def mended(file: OpenFile, params: types.CodeActionParams, _: Asked) -> list[types.CodeAction]:
    """The fixes of what is found in a range."""
    wanted = [str(getattr(one, "value", one)) for one in params.context.only or ()]
    kind = types.CodeActionKind.QuickFix
    if wanted and not any(f"{kind.value}.".startswith(f"{one}.") for one in wanted):
        return []
    start = file.positions.offset(params.range.start)
    end = file.positions.offset(params.range.end)
    return [
        types.CodeAction(
            title=one.title,
            kind=kind,
            diagnostics=[diagnostic(Finding(one.fault), file.positions, file.uri)],
            edit=workspace_edit(one.fix.edits, file.positions, file.uri),
            is_preferred=True,
        )
        for one in actions(file.document, start, end)
    ]


# What is shown in the text


def hinted(file: OpenFile, params: types.InlayHintParams, asked: Asked) -> list[types.InlayHint]:
    """What the lines of a range come to."""
    if not file.document.is_spec or not asked.settings.hints:
        return []
    first, last = params.range.start.line, params.range.end.line
    told = hints(file.document, asked.settings.hints)
    placed = [(file.positions.position(one.offset), one) for one in told]
    return [
        types.InlayHint(place, one.text, tooltip=one.told, padding_left=True)
        for place, one in placed
        if first <= place.line <= last
    ]


def totalled(file: OpenFile, _: Any, asked: Asked) -> list[types.CodeLens]:
    """Totals above names, variants and blocks."""
    if not file.document.is_spec or not asked.settings.lenses:
        return []
    found = []
    for one in lenses(file.document):
        command = types.Command(one.text, "")
        if one.variant is not None:
            command = types.Command(one.text, SHOW_VARIANT, None, [file.uri, one.variant])
        found.append(types.CodeLens(file.positions.range(one.span), command))
    return found


def coloured(file: OpenFile, _: Any, __: Asked) -> types.SemanticTokens:
    """What the words of a file are."""
    data: list[int] = []
    before = types.Position(0, 0)
    for word in words(file.document):
        start = file.positions.position(word.start)
        length = file.positions.position(word.end).character - start.character
        down = start.line - before.line
        right = start.character - (0 if down else before.character)
        data += [down, right, length, KINDS.index(word.kind), int(word.is_definition)]
        before = start
    return types.SemanticTokens(data)


REQUESTS: Mapping[str, tuple[Answer, Any]] = {
    types.TEXT_DOCUMENT_HOVER: (hovered, None),
    types.TEXT_DOCUMENT_SIGNATURE_HELP: (signed, types.SignatureHelpOptions([" ", "="])),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (outlined, None),
    types.TEXT_DOCUMENT_FOLDING_RANGE: (folded, None),
    types.TEXT_DOCUMENT_DEFINITION: (defined, None),
    types.TEXT_DOCUMENT_REFERENCES: (referred, None),
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: (marked, None),
    types.TEXT_DOCUMENT_PREPARE_RENAME: (prepared, None),
    types.TEXT_DOCUMENT_RENAME: (renamed, types.RenameOptions(prepare_provider=True)),
    types.TEXT_DOCUMENT_COMPLETION: (
        completed,
        types.CompletionOptions(trigger_characters=[" ", "=", "[", "{", ".", ":"]),
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        mended,
        types.CodeActionOptions([types.CodeActionKind.QuickFix]),
    ),
    types.TEXT_DOCUMENT_INLAY_HINT: (hinted, None),
    types.TEXT_DOCUMENT_CODE_LENS: (totalled, types.CodeLensOptions()),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: (coloured, LEGEND),
}
"""What answers each request, and what the editor is told of it."""
