"""What a shell offers: networks, variants, files, layers and variables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from cnncalc.cli.network import load_network, model_form
from cnncalc.diagnostics import SpecError
from cnncalc.spec.library import STUDIES, bundled_names, find

if TYPE_CHECKING:
    from cnncalc.spec import Spec

RULES = "W"
"""What the codes of rules begin with."""

FILE = "file"
"""The kind of an item that makes the shell offer files."""


def networks(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Bundled networks, their variants behind a colon, and files."""
    stem, colon, _ = incomplete.rpartition(":")
    if colon:
        spec = _spec(stem)
        return _items((f"{stem}:{one}" for one in (spec.variants if spec else ())), incomplete)
    files = CompletionItem(incomplete, type=FILE)
    return [*_items((*bundled_names(), *bundled_names(STUDIES)), incomplete), files]


def families(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """What `list` takes: bundled networks, and the folder of the studies."""
    return _items((*bundled_names(), STUDIES, *bundled_names(STUDIES)), incomplete)


def layers(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The layers and groups of the network on the line, one level of their paths at a time."""
    network = context.params.get("network")
    if not isinstance(network, str) or network == "-":
        return []
    settings = context.params.get("settings") or ()
    inputs = context.params.get("inputs") or ()
    try:
        graph = load_network(network, settings, inputs)
    except (SpecError, click.ClickException):
        return []  # its faults are shown when the line is run
    return _items(dict.fromkeys(_steps((one.name for one in graph.layers), incomplete)), "")


def demonstrated(
    context: click.Context, incomplete: str, properties: Mapping[str, str]
) -> list[CompletionItem]:
    """A network, then a property, then a layer; with -l a property alone."""
    given: Sequence[str] = context.params.get("words") or ()
    if len(given) == (0 if context.params.get("bare") else 1):
        return [
            CompletionItem(name, help=told)
            for name, told in properties.items()
            if name.startswith(incomplete)
        ]
    if len(given) == 2:
        context.params["network"], *_ = given
        return layers(context, incomplete)
    return [] if given else networks(context, incomplete)


def _steps(names: Iterable[str], incomplete: str) -> Iterator[str]:
    """What each path begins with, up to the dot behind what is written."""
    for name in names:
        if name.startswith(incomplete):
            end = name.find(".", len(incomplete) + 1)
            yield name if end < 0 else name[:end]


def variables(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The variables of the spec on the line, with an equals sign."""
    # Behind an option that still lacks its value, click leaves the arguments where they stood.
    named = context.params.get("network") or context.params.get("networks") or context.args
    specs = filter(None, map(_spec, (named,) if isinstance(named, str) else named))
    found = (f"{variable}=" for spec in specs for variable in spec.variables)
    return _items(dict.fromkeys(found), incomplete)


def movable(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """What a design of the network on the line may move: its variables, lengths of its input."""
    return listed(context, incomplete, [*_movable(context)])


def limited(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """What a limit may begin with, after the last `and`: metrics, and what may be moved."""
    from cnncalc.design.figures import NUMBERS  # noqa: PLC0415 - only a shell asks

    before, joined, _ = incomplete.rpartition(" and ")
    names = dict.fromkeys((*NUMBERS, *_movable(context)))
    return _items((f"{before}{joined}{name}" for name in names), incomplete)


def _movable(context: click.Context) -> Iterable[str]:
    from cnncalc.design.base import movable as names_of  # noqa: PLC0415 - only a shell asks
    from cnncalc.design.base import read_base  # noqa: PLC0415
    from cnncalc.spec import Selection  # noqa: PLC0415

    # Behind an option that still lacks its value, click leaves the arguments where they stood.
    named = context.params.get("network") or next(iter(context.args), None)
    if not isinstance(named, str) or _spec(named) is None:
        return ()
    try:
        source = find(named)
        return names_of(read_base(source, Selection(source.variant)))
    except SpecError:
        return ()


def metrics(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The metrics that are numbers."""
    from cnncalc.design.figures import NUMBERS  # noqa: PLC0415 - only a shell asks

    return _items(NUMBERS, incomplete)


def _spec(name: str) -> "Spec | None":
    """The spec of a file or of a bundled network; None for what is no spec, or cannot be read."""
    from cnncalc.spec import parse_spec  # noqa: PLC0415 - only a shell asks

    if name == "-":
        return None
    try:
        if model_form(name):
            return None
        source = find(name)
    except SpecError:
        return None
    return parse_spec(source.text, source.file)[0]


def listed(_context: click.Context, incomplete: str, known: Sequence[str]) -> list[CompletionItem]:
    """The last of some words with commas between them."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    words = (f"{before}{comma}{word}" for word in known if word not in taken)
    return _items(words, incomplete)


def profiles(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The tools whose counts are known."""
    from cnncalc.analysis.profiles import PROFILES  # noqa: PLC0415 - only a shell asks

    return _items(PROFILES, incomplete)


def codes(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The codes of findings, those of rules first."""
    from cnncalc.diagnostics import CODES  # noqa: PLC0415 - only a shell asks

    ordered = sorted(CODES, key=lambda code: not code.startswith(RULES))
    wanted = incomplete.upper()
    return [CompletionItem(one, help=CODES[one]) for one in ordered if one.startswith(wanted)]


def devices(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The devices that were timed, and files."""
    from cnncalc.timing.devices import device_names  # noqa: PLC0415 - only a shell asks

    return [*_items(device_names(), incomplete), CompletionItem(incomplete, type=FILE)]


def files(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Whatever files the shell finds."""
    return [CompletionItem(incomplete, type=FILE)]


def _items(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """The words that go on from what is written; a shell is never sent control characters."""
    return [
        CompletionItem(word)
        for word in words
        if word.startswith(incomplete) and word.isprintable()
    ]


class Bash(BashComplete):
    """Bash with names that have a colon, at which it splits words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one at the cursor, and that one whole again."""
        args, incomplete = super().get_completion_args()
        parts = _joined([*args, incomplete])
        # Bash replaces only what follows the colon, unless it does not split there.
        self.behind = parts[-1].rfind(":") + 1 if parts[-1] != incomplete else 0
        return parts[:-1], parts[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """The item as bash inserts it: without what precedes the last colon."""
        if item.type == "plain" and self.behind:
            return f"plain,{item.value[self.behind :]}"
        return super().format_completion(item)


def _joined(words: Sequence[str]) -> list[str]:
    """Words as they were typed: `vgg`, `:`, `16` are one word."""
    parts: list[str] = []
    for word in words:
        if parts and (word.startswith(":") or parts[-1].endswith(":")):
            parts[-1] += word
        else:
            parts.append(word)
    return parts


def install() -> None:
    """Let click answer bash by this module's class."""
    add_completion_class(Bash, "bash")
