"""Options that mean the same in every command that has them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cnncalc.analysis.conventions import (
    BYTES_PER_VALUE,
    OF_TRAINING,
    OPTIMIZER_STATES,
    Basis,
    dtype_meant,
)
from cnncalc.cli.habits import Command
from cnncalc.cli.whole import Whole

Decorator = Callable[[Any], Any]

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.graph import Graph

    Choice = click.Choice[str]
else:
    Choice = click.Choice  # generic in newer versions only


def completed(kind: str, *args: Any) -> Callable[..., Any]:
    """What a shell may offer for a parameter: see `cnncalc.cli.completion`, loaded on demand."""

    def offer(context: click.Context, _parameter: click.Parameter, incomplete: str) -> Any:
        from cnncalc.cli import completion  # noqa: PLC0415 - only a shell asks

        return getattr(completion, kind)(context, incomplete, *args)

    return offer


def command(name: str | None = None, cls: type[click.Command] = Command) -> Decorator:
    """A command with the options that all have: `--no-pager`, `--version`, `-h` and `--help`."""
    version = click.version_option(package_name="cnncalc", prog_name="cnncalc")
    settings = {"help_option_names": ["-h", "--help"]}
    made = click.command(name, cls, context_settings=settings)
    return lambda function: made(no_pager_option(version(function)))


NO_PAGER = "cnncalc.no_pager"
"""What the context of a command holds where `--no-pager` was given."""


def noted(key: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """What keeps an option that is given in the context of its command, under a key."""

    def note(context: click.Context, _option: click.Parameter, value: object) -> None:
        if value:
            context.meta[key] = value

    return note


no_pager_option = click.option(
    "--no-pager",
    is_flag=True,
    expose_value=False,
    callback=noted(NO_PAGER),
    help="Print what is longer than the terminal without a pager.",
)


class Dtype(Choice):
    """A data type by its full name; the error for another spelling shows that name.

    With `has_kinds` there may be others for some kinds of layers: `float16,bn=float32`.
    """

    has_kinds = False

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if self.has_kinds and not {",", "="}.isdisjoint(str(value)):
            return _mixed(self, str(value), param, ctx)
        meant = dtype_meant(str(value), self.choices)
        if meant is not None:
            self.fail(f"`{value}` is written `{meant}`", param, ctx)
        return super().convert(value, param, ctx)


class Dtypes(Dtype):
    """The same, with others for some kinds of layers: `float16,bn=float32`."""

    has_kinds = True


def _mixed(
    kind: Dtype, text: str, param: click.Parameter | None, ctx: click.Context | None
) -> str:
    from cnncalc.analysis.precision import read_dtypes  # noqa: PLC0415 - where types differ

    try:
        return read_dtypes(text).text
    except ValueError as fault:
        kind.fail(str(fault), param, ctx)


def network_argument(variable: str = "network", **settings: Any) -> Decorator:
    """A network: a file, `-`, or the name of a bundled one."""
    return click.argument(
        variable, **{"metavar": "NET", "shell_complete": completed("networks"), **settings}
    )


def layers_argument(variable: str = "layers") -> Decorator:
    """Layers of the network, by their paths."""
    return click.argument(
        variable, metavar="[LAYER]...", nargs=-1, shell_complete=completed("layers")
    )


set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a variable of the spec.",
    shell_complete=completed("variables"),
)
input_option = click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="SHAPE",
    help="Input shape, such as 3x224x224; LABEL=SHAPE if there are several inputs.",
)
bare_option = click.option(
    "-l",
    "--layers",
    "bare",
    multiple=True,
    metavar="LINE",
    help="Layers without a spec, separated by commas; needs --input.",
)
batch_option = click.option(
    "--batch",
    type=click.IntRange(1, 10**9),
    default=1,
    metavar="N",
    help="Batch size: multiplies MACs and activations.",
)
training_option = click.option(
    "--training",
    type=click.Choice(list(OPTIMIZER_STATES)),
    help="Also show the memory of a training step with this optimizer.",
)
inplace_option = click.option(
    "--no-inplace", is_flag=True, help="Assume that no layer overwrites its input."
)
auxiliary_option = click.option(
    "--auxiliary", is_flag=True, help="Include heads that are used in training only."
)


RUN_DTYPES = ("float32", "float64")
"""The types that the engine runs."""


def dtype_option(known: Iterable[str] = BYTES_PER_VALUE, *, has_kinds: bool = False) -> Decorator:
    """The data type: of those that can be counted, or of those that the engine runs.

    With `has_kinds`, kinds of layers may have others.
    """
    more = "; bn, norm, ... may have another: float16,bn=float32" if has_kinds else ""
    return click.option(
        "--dtype",
        type=(Dtypes if has_kinds else Dtype)(list(known)),
        default="float32",
        help=f"Data type of weights and activations{more}.",
        show_default=True,
    )


def count_options(function: Any) -> Any:
    """What is counted: `--set`, `--input`, `--batch` and `--dtype`."""
    return set_option(input_option(batch_option(dtype_option()(function))))


def _read_bits(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> "Precision | None":
    if not texts:
        return None
    from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - only for the option

    try:
        return read_bits(texts)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None


bits_option = click.option(
    "--bits",
    multiple=True,
    callback=_read_bits,
    metavar="BITS",
    help="Bits of weights and activations, such as w8a8; `w8a8, fc: w32` says others of a layer "
    "or group.",
)


def bit_options(function: Any) -> Any:
    """The same with types for kinds of layers, and with `--bits`."""
    dtype = dtype_option(has_kinds=True)
    return set_option(input_option(batch_option(dtype(bits_option(function)))))


def basis_of(dtype: str, batch: int, bits: "Precision | None", training: str | None) -> Basis:
    """How a network is counted, by `--dtype`, `--batch`, `--bits` and `--training`.

    Raises:
        UsageError: bits are given, and a data type or a training step as well.
    """
    if training is not None:
        refuse_unused(["bits"], "--training", f"{OF_TRAINING}: give --dtype")
    is_typed = is_given("dtype")
    if is_typed:
        refuse_unused(["bits"], "--dtype", "give one of the two")
    if dtype not in BYTES_PER_VALUE:
        from cnncalc.analysis.precision import read_dtypes  # noqa: PLC0415 - as above

        bits, dtype = read_dtypes(dtype), "float32"
    basis = Basis(dtype, batch, precision=bits, is_typed=is_typed)
    return basis.with_training(training)


def check_labels(graphs: "Sequence[Graph]", bits: "Precision | None") -> None:
    """Refuse labels of `--bits` that no network has.

    Raises:
        BadParameter: there is one.
    """
    if bits is not None:
        from cnncalc.analysis.widths import check_labels as check  # noqa: PLC0415 - as above

        try:
            check(graphs, bits)
        except ValueError as fault:
            raise click.BadParameter(str(fault), param_hint="--bits") from None


def seed_option(default: int | None, help_text: str) -> Decorator:
    """The random seed of weights."""
    return click.option(
        "--seed",
        type=Whole("seed"),
        default=default,
        metavar="N",
        help=help_text,
        show_default=default is not None,
    )


def format_option(forms: Sequence[str]) -> Decorator:
    """The output format; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        help="Output format.",
        show_default=True,
    )


def columns_option(known: Sequence[str], always: str) -> Decorator:
    """Which columns are shown, in order; `always` is the column that is always shown."""

    def read(_context: click.Context, _option: click.Parameter, text: str | None) -> Any:
        if text is None:
            return None
        from cnncalc.diagnostics import did_you_mean  # noqa: PLC0415 - only for the option
        from cnncalc.render.text import printable  # noqa: PLC0415

        names = tuple(name.strip() for name in text.split(",") if name.strip() not in {"", always})
        if not names or len(set(names)) < len(names):
            raise click.BadParameter("name at least one column, each only once")
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known) or f"it is one of {', '.join(known)}"
                raise click.BadParameter(f"there is no column `{printable(name)}`: {hint}")
        return names

    return click.option(
        "--columns",
        callback=read,
        metavar="A,B,...",
        help=f"Columns to show: {', '.join(known)}.",
        shell_complete=completed("listed", known),
    )


def retired_option(name: str, message: str) -> Decorator:
    """An old spelling: its error shows the new one."""

    def refuse(context: click.Context, _option: click.Parameter, value: object) -> None:
        if value:
            raise click.UsageError(f"there is no {name}: {message}", context)

    return click.option(
        name, "retired", multiple=True, hidden=True, expose_value=False, callback=refuse
    )


output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write to FILE instead of standard output.",
    shell_complete=completed("files"),
)


def is_given(name: str) -> bool:
    """Whether the parameter of that name was written on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source in {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}


def refuse_unused(names: Iterable[str], what: str, remedy: str = "") -> None:
    """Refuse options that would have no effect, by the names of their parameters.

    Args:
        names: the parameters that have no effect.
        what: what makes them useless, such as `--format json`.
        remedy: what to do instead.

    Raises:
        UsageError: one of them is given.
    """
    wanted = set(names)
    for parameter in click.get_current_context().command.params:
        if parameter.name in wanted and is_given(parameter.name):
            option = max(parameter.opts, key=len)
            tail = f": {remedy}" if remedy else ""
            raise click.UsageError(f"{option} has no effect with {what}{tail}")
