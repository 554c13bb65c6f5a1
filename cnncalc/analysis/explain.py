"""Every number of a layer with its formula and its values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.costs import Uniform, is_bias
from cnncalc.analysis.field import Field, Fields, Views
from cnncalc.analysis.meanings import Meaning, meaning_of, source_of
from cnncalc.analysis.measures import widths_of
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.bits import LayerBits, bytes_of
from cnncalc.diagnostics import did_you_mean, shortened
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.footprint import Footprint
from cnncalc.ops.formula import AXIS_NAMES, Formula, axis_names, numbered_axes, product
from cnncalc.ops.values import Shape, Value, show_shape
from cnncalc.ops.window import Sliding, Window
from cnncalc.printable import printable
from cnncalc.shown import Shown

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits

LETTERS = (
    "n: size in, f: kernel, s: stride, p: padding, d: dilation; r, j, i: size, stride and start "
    "of the receptive field before the layer. A dilated kernel reaches d*(f - 1) + 1 instead of f."
)
"""What the words of formulas are short for."""

MOST_NAMES = 12
"""Names that are listed for who asks for one that there is not."""

FLOAT32 = Basis()
"""How values are counted where nothing is said of them."""


class Explanation(Shown):
    """One layer and how its numbers come about; `sees` is a sentence where no formula helps.

    `weights` has the values of its tensors, where its spec states them.
    """

    layer: Layer
    formulas: tuple[Formula, ...]
    sees: str | None
    weights: Mapping[str, Value] = {}

    def _line(self) -> str:
        layer = self.layer
        return f"{layer.name}: {layer.op.notation()}, {show_shape(layer.output_shape)}"

    @property
    def meaning(self) -> Meaning | None:
        """What the layer computes; None where a model does not tell it."""
        layer = self.layer
        return meaning_of(layer.op, layer.input_shapes) if layer.is_shaped else None

    @property
    def law(self) -> str | None:
        """The formula of a value of its output."""
        return self.meaning.value if self.meaning else None

    @property
    def source(self) -> str:
        """What the definition of its op follows, and that of the attributes in use."""
        own = source_of(type(self.layer.op))
        more = self.meaning.sources if self.meaning else ()
        return "; ".join(one for one in (own, *more) if one)

    def to_dict(self) -> dict[str, object]:
        """The explanation as JSON has it."""
        layer = self.layer
        return {
            "name": layer.name,
            "op": layer.op.name,
            "line": layer.op.notation(),
            "input_shapes": layer.input_shapes,
            "output_shape": layer.output_shape or None,
            "status": "complete" if layer.op.is_counted else "partial",
            **({"shares": layer.shares} if layer.shares else {}),
            **self._meant(),
            **({"weights": self.weights} if self.weights else {}),
            "formulas": [formula._asdict() for formula in self.formulas],
        }

    def _meant(self) -> dict[str, object]:
        meaning = self.meaning
        if meaning is None:
            return {}
        told = {"slope": meaning.slope, "training": meaning.training, "source": self.source}
        return {
            "law": meaning.value,
            "where": dict(meaning.where),
            **{key: text for key, text in told.items() if text},
        }


def explain(graph: Graph, names: Sequence[str] = (), basis: Basis = FLOAT32) -> list[Explanation]:
    """Explain the layers of those names, or below groups of those names; without names all.

    Raises:
        KeyError: there is no such layer or group; the text says which is near.
        ValueError: bits are asked for of a layer that is not there.
    """
    chosen = graph.layers if not names else select(graph, names)
    views = receptive_fields(graph, graph.layers).views
    widths = widths_of(graph, basis)
    return [
        Explanation(
            layer,
            tuple(_formulas(layer, views, widths, basis.batch)),
            sees(layer, views),
            graph.weights.get(layer.holder, {}),
        )
        for layer in chosen
    ]


def select(graph: Graph, names: Sequence[str]) -> tuple[Layer, ...]:
    """The layers that the names mean, in the order of the graph.

    Raises:
        KeyError: a name means none.
    """
    chosen: set[str] = set()
    for name in names:
        inside = {layer.name for layer in graph.layers if layer.is_under(name)}
        if not inside:
            if name in graph.inputs:
                raise KeyError(f"`{printable(name)}` is an input, which no layer computes")
            known = [layer.name for layer in graph.layers]
            known += [".".join(group) for group in graph.groups]
            hint = did_you_mean(name, known) or _numbered(name, known) or _alike(name, known)
            told = shortened(printable(name))
            raise KeyError(f"there is no layer or group `{told}`: {hint or told_names(graph)}")
        chosen |= inside
    return tuple(layer for layer in graph.layers if layer.name in chosen)


def told_names(graph: Graph) -> str:
    """Which names there are, for who gave another: those of the outermost level."""
    names = dict.fromkeys(layer.outermost for layer in graph.layers)
    shown = [f"`{printable(name)}`" for name in [*names][:MOST_NAMES]]
    more = len(names) - len(shown)
    rest = [f"{more:,} more, which `cnncalc summarize` lists"] if more > 0 else []
    return f"there are {', '.join(shown)}" + "".join(f" and {one}" for one in rest)


def _numbered(name: str, known: Iterable[str]) -> str | None:
    """A remedy for the bare number of a row, as a YAML of Ultralytics counts them."""
    for one in known if name.isdecimal() else ():
        word = one.removesuffix(name)
        if word != one and word.isidentifier() and not word[-1].isdigit():
            return f"did you mean `{one}`?"
    return None


def _alike(name: str, known: Iterable[str]) -> str | None:
    """A remedy for the end of a path, or its beginning: `conv1` of `stem.conv1`."""
    paths = [*known]
    found = [one for one in paths if one.endswith(f".{name}")]
    found = found or [one for one in paths if name and one.startswith(name)]
    if not found:
        return None
    rest = ", ..." if len(found) > _MOST_ALIKE else ""
    return f"there is {', '.join(f'`{one}`' for one in found[:_MOST_ALIKE])}{rest}"


_MOST_ALIKE = 3
"""Layers that a remedy names."""


def _formulas(
    layer: Layer, views: Mapping[str, Views], widths: "Uniform | Bits", batch: int
) -> Iterator[Formula]:
    yield from count_formulas(layer)
    if isinstance(widths, Uniform):
        yield from field_formulas(layer, views)
        yield from byte_formulas(layer, widths.size, batch)
        return
    bits = widths.layers[layer.name]
    yield from bop_formulas(layer, bits)
    yield from field_formulas(layer, views)
    yield from bit_formulas(layer, bits, batch)


def count_formulas(layer: Layer) -> Iterator[Formula]:
    """How the sizes, tensors and MACs of a layer come about, of one example."""
    op, inputs, output = layer.op, layer.input_shapes, layer.output_shape
    yield from op.sizes_explained(inputs, output)
    tensors = layer.parameters
    if tensors:
        yield _tensors("parameters", tensors, op)
    kept = layer.buffers
    if kept:
        yield _tensors("buffers", kept, op)
    factors = op.factors(inputs, output)
    if factors:
        macs = product("MACs", factors)
        yield macs
        yield Formula("FLOPs", "2 * MACs", f"2*{macs.result}", 2 * macs.result)
    products = op.product_factors(inputs, output)
    if products:
        yield product("product MACs", products)


def _tensors(quantity: str, tensors: Mapping[str, Shape], op: Op) -> Formula:
    """The sum over tensors, each the product of its axes: kernel, then inputs, then outputs."""
    words, values, total = [], [], 0
    for name, shape in tensors.items():
        ordered = (*shape[2:], *reversed(shape[:2]))
        values.append("*".join(map(str, ordered)))
        axes = op.tensor_axes(name, shape) if len(shape) > 1 else ()
        named = (*axes[2:], *reversed(axes[:2]))
        words.append(" * ".join(named) or name.replace("_", " "))
        total += prod(shape)
    return Formula(quantity, " + ".join(words), " + ".join(values), total)


def field_formulas(layer: Layer, views: Mapping[str, Views]) -> Iterator[Formula]:
    """The recurrence of Araujo et al. 2019, where it is one of whole numbers."""
    ends = ends_of_recurrence(layer, views)
    if ends is not None:
        yield from recurrences(layer, *ends)


def ends_of_recurrence(layer: Layer, views: Mapping[str, Views]) -> tuple[Fields, Fields] | None:
    """What a layer's inputs and its outputs see, where a recurrence may lead to the other."""
    op = layer.op
    # The windows of a transposed convolution lie on the output, whatever the stride.
    if not isinstance(op, Sliding) or isinstance(op, TransposedConv) or not layer.inputs:
        return None
    before, after = _simple(views[layer.inputs[0]]), _simple(views[layer.name])
    return (before, after) if before and after else None


def recurrences(layer: Layer, before: Fields, after: Fields) -> Iterator[Formula]:
    """The recurrence along each axis, or once where the axes are equal."""
    op = layer.op
    reach = op.reach(layer.input_shapes)
    if isinstance(reach, str) or not all(_has_one_phase(one) for one in reach):
        return
    assert isinstance(op, Sliding)  # noqa: S101 - others have no such ends
    names = AXIS_NAMES[len(layer.output_shape)][1:]
    axes = list(zip(op.windows(layer.input_shapes), before, after, strict=True))
    if len(set(axes)) == 1:
        yield from _recurrence("", *axes[0])
        return
    for name, axis in zip(names, axes, strict=True):
        yield from _recurrence(f" in {name}", *axis)


def _has_one_phase(footprint: Footprint | str) -> bool:
    return not isinstance(footprint, str) and footprint.period == 1


def _recurrence(where: str, window: Window, field: Field, behind: Field) -> Iterator[Formula]:
    low, high, pace = field.first[0], field.last[0], field.advance
    first, last = behind.first[0], behind.last[0]
    if low is None or high is None or first is None or last is None:
        return
    seen = f"{high - low + 1} + ({window.extent} - 1)*{pace}"
    yield Formula(f"receptive field{where}", "r + (f - 1)*j", seen, last - first + 1)
    yield Formula(f"its stride{where}", "j*s", f"{pace}*{window.stride}", behind.advance)
    start = f"({low})" if low < 0 else str(low)
    yield Formula(f"its start{where}", "i - p*j", f"{start} - {window.before}*{pace}", first)


def _simple(views: Views) -> Fields | None:
    """The fields of the only input, when they have one phase."""
    fields = next(iter(views.values())) if len(views) == 1 else None
    if fields and all(field.period == 1 and field.advance for field in fields):
        return fields
    return None


def sees(layer: Layer, views: Mapping[str, Views]) -> str | None:
    """A sentence in the place of a formula, where all outputs see the same."""
    fields = [field for each in views[layer.name].values() for field in each or ()]
    if fields and not any(field.advance for field in fields):
        return "sees the whole input"
    return None


def tensor_bits(
    parameters: Mapping[str, Shape], buffers: Mapping[str, Shape], bits: LayerBits
) -> list[tuple[int, int]]:
    """The values of each tensor of a layer, and the bits of one of them."""
    others = {name for name in parameters if is_bias(name)}
    found = [
        (prod(shape), bits.others if name in others else bits.weights)
        for name, shape in parameters.items()
    ]
    return [*found, *((prod(shape), bits.others) for shape in buffers.values())]


def bop_formulas(layer: Layer, bits: LayerBits) -> Iterator[Formula]:
    """How the bit operations of a layer come about, of one example."""
    shapes, read = (layer.input_shapes, layer.output_shape), bits.activation
    if macs := layer.op.macs(*shapes):
        words, own = "MACs * bits of a weight * bits of an activation", bits.weights
        yield Formula("BOPs", words, f"{macs}*{own}*{read}", macs * own * read)
    if macs := layer.op.product_macs(*shapes):
        words, other = "product MACs * bits of the one * bits of the other", bits.factor
        yield Formula("product BOPs", words, f"{macs}*{read}*{other}", macs * read * other)


def bit_formulas(layer: Layer, bits: LayerBits, batch: int) -> Iterator[Formula]:
    """How the bytes of a layer come about where its tensors have bits of their own."""
    each = tensor_bits(layer.parameters, layer.buffers, bits)
    whole = sum(bytes_of(*one) for one in each)
    if bits.kept_bytes is not None and layer.parameters:
        yield Formula(
            "weight bytes", "as the file has them", str(bits.kept_bytes), bits.kept_bytes
        )
    elif each:
        words = "the sum of ceil(values * bits / 8) over its tensors"
        told = " + ".join(f"ceil({values}*{width}/8)" for values, width in each)
        yield Formula("weight bytes", words, told, whole)
    if layer.op.is_view:
        return
    values, times = prod(layer.output_shape), f"{batch}*" if batch > 1 else ""
    words = f"{'batch * ' * (batch > 1)}ceil(outputs * bits / 8)"
    told = f"{times}ceil({values}*{bits.output}/8)"
    yield Formula("activation bytes", words, told, batch * bytes_of(values, bits.output))


def byte_formulas(layer: Layer, size: int, batch: int) -> Iterator[Formula]:
    """How the bytes of a layer come about."""
    tensors = {**layer.parameters, **layer.buffers}
    held = sum(map(prod, tensors.values()))
    if held:
        words = "(parameters + buffers) * bytes a value"
        yield Formula("weight bytes", words, f"{held}*{size}", held * size)
    if layer.op.is_view:
        return
    rank = len(layer.output_shape)
    names = axis_names(rank) if layer.op.has_told_axes or rank < 2 else numbered_axes(rank)
    factors = [(f"out {name}", n) for name, n in zip(names, layer.output_shape, strict=True)]
    batches = [("batch", batch)] if batch > 1 else []
    yield product("activation bytes", (*batches, *factors, ("bytes a value", size)))
