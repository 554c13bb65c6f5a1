"""Attention and products of activations: every output is a sum over many positions.

Source: Vaswani et al. 2017, "Attention Is All You Need", §3.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from cnncalc.ops.footprint import EVERYWHERE, UNTOLD, Footprint, Reach
from cnncalc.ops.formula import AXIS_NAMES, Factors, Formula
from cnncalc.ops.heads import Projected, check_heads, distance_axes
from cnncalc.ops.merge import Merge
from cnncalc.ops.values import (
    Shape,
    Sizes,
    count,
    flag,
    number,
    reject,
    shape,
    show_shape,
    sizes,
    word,
)


class Matmul(Merge, name="matmul", axes=(1, 2), backward_reads=("input",)):
    """The product of two matrices, `(a x b) (b x c) -> a x c`: each value a sum of products.

    Of maps it is one of each channel with the same channel, as in the heads of attention; a
    single channel stretches to the others.

    Source: ONNX operator MatMul, opset 13, for each example.

    Example:
        >>> Matmul(1).output_shape([(49, 64), (64, 49)])
        (49, 49)
    """

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        shown = " and ".join(map(show_shape, inputs))
        if len(inputs) != 2:
            reject("E404", None, f"`matmul` takes two branches, it has {len(inputs)}: {shown}")
        (*stack, rows, length), (*others, other, columns) = inputs
        if stack != others and [1] not in (stack, others):
            message = f"`matmul` cannot multiply {shown}: the channels differ"
            reject("E404", None, message, "give both branches the same heads")
        if length != other:
            message = f"`matmul` cannot multiply {shown}: {length} columns and {other} rows"
            reject("E404", None, message, "turn one of them with `transpose`")
        return (*map(max, stack, others), rows, columns)

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        *stack, rows, columns = output
        products = (("rows", rows), ("terms", inputs[0][-1]), ("columns", columns))
        return (*(("products", one) for one in stack), *products)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        *_, first, second = AXIS_NAMES[len(output)]
        yield Formula(f"out {first}", "rows of the first", str(output[-2]), output[-2])
        yield Formula(f"out {second}", "columns of the second", str(output[-1]), output[-1])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD


class Attend(Merge, name="attend", axes=(1,), positional=("heads",), backward_reads=("input",)):
    """Scaled dot-product attention of queries, keys and values, which are three branches.

    `softmax(scale * Q K^T) V` for each head; queries `D x L` and keys `D x M` have equally many
    channels, values `E x M` as many positions as keys; the output is `E x L`. It learns nothing
    but, where `distances` has the size of the keys' map, a score for each distance along each
    axis, one a head; of that map the queries are every `stride`-th position (Graham et al. 2021,
    §4.2).

    With `over=channels` it is cross-covariance attention, `softmax(scale * Q K^T) V` (El-Nouby et
    al. 2021, §3).

    Source: Vaswani et al. 2017, §3.2.1; ONNX operator Attention, opset 23; PyTorch
    `F.scaled_dot_product_attention`.

    Example:
        >>> Attend(1, heads=2).output_shape([(64, 196), (64, 49), (128, 49)])
        (128, 196)
    """

    heads: int = count("Heads that the channels are divided into.", default=1)
    scale: float | None = number(
        "The factor of the scores; without it one over the root of a head's channels.",
        default=None,
        low=0,
    )
    distances: Shape | None = shape(
        "Size of the keys' map, for a learned score of each distance.", default=None
    )
    stride: int = count("How far the queries are apart on that map.", default=1)
    over: str = word(
        "What attends to what: the positions, or in each head the channels.",
        "positions",
        "channels",
        default="positions",
    )
    temperature: bool = flag(
        "Whether the factor of the scores is learned, one a head.", default=False
    )

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        own = {"temperature": (self.heads,)} if self.temperature else {}
        return {**own, "position": (self.heads, *self.distances)} if self.distances else own

    def check_distances(self, queries: int, keys: int) -> None:
        """Refuse a map that does not have the keys' positions, and the queries' among them.

        Raises:
            RejectedError: it has others.
        """
        if self.distances is None:
            return
        each = tuple(-(-n // self.stride) for n in self.distances)
        if (prod(self.distances), prod(each)) != (keys, queries):
            has = f"{show_shape(self.distances)} has {prod(self.distances)} positions"
            message = f"{has}, {prod(each)} at a stride of {self.stride}; there are {keys} keys"
            reject("E406", "distances", f"{message} and {queries} queries", "give the keys' map")

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        shown = " and ".join(map(show_shape, inputs))
        if len(inputs) != 3:
            hint = "`attend: [queries, keys, values]`"
            reject("E404", None, f"`attend` takes three branches, it has {len(inputs)}", hint)
        (width, queries), (keyed, keys), (valued, values) = inputs
        if self.over == "channels":
            return self.joined_over_channels(inputs)
        if width != keyed:
            message = f"`attend` cannot compare {width} channels of queries with {keyed} of keys"
            reject("E404", None, message, "give queries and keys the same channels")
        if keys != values:
            message = f"`attend` cannot join {shown}: {keys} keys and {values} values"
            reject("E404", None, message, "make keys and values of the same positions")
        check_heads(self.heads, width, "channels of queries")
        check_heads(self.heads, valued, "channels of values")
        self.check_distances(queries, keys)
        return (valued, queries)

    def joined_over_channels(self, inputs: Sequence[Shape]) -> Shape:
        """The output's shape where channels attend to channels."""
        (width, queries), (keyed, keys), (valued, values) = inputs
        if not queries == keys == values or keyed != valued or self.distances:
            shown = " and ".join(map(show_shape, inputs))
            message = f"`attend` cannot join the channels of {shown}"
            hint = "give all one length, keys and values the same channels, and no `distances`"
            reject("E404", None, message, hint)
        check_heads(self.heads, width, "channels of queries")
        check_heads(self.heads, keyed, "channels of keys")
        return (width, queries)

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        (width, queries), (keyed, keys), (valued, _) = inputs
        if self.over == "channels":
            return (
                ("channels of queries", width),
                ("channels of keys in a head", keyed // self.heads),
                ("positions, in two products", 2 * keys),
            )
        return (
            ("queries", queries),
            ("keys", keys),
            ("channels of keys and values", width + valued),
        )

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        return distance_axes(shape)

    def kept_within(self, inputs: Sequence[Shape]) -> int:
        """The scores as softmax gives them."""
        (width, queries), (keyed, keys), _ = inputs
        if self.over == "channels":
            return width * keyed // self.heads
        return self.heads * queries * keys

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        of = "queries" if self.over == "channels" else "values"
        yield Formula("out channels", f"channels of the {of}", str(output[0]), output[0])
        yield Formula("out length", "length of the queries", str(output[1]), output[1])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE


class Attention(Projected, name="attention", axes=(1,), positional=("heads",)):
    """Multi-head self-attention of tokens, C x L: 4C^2 + 4C parameters.

    Its two products, of queries with keys and of the scores with values, are counted under their
    own name.

    Source: Vaswani et al. 2017, §3.2.2; Dosovitskiy et al. 2021, appendix A; PyTorch
    `nn.MultiheadAttention`.

    Example:
        >>> attention = Attention(1, heads=12)
        >>> attention.product_macs([(768, 197)], (768, 197))
        59610624
    """

    def kept_within(self, inputs: Sequence[Shape]) -> int:
        """Queries, keys, values, the scores as softmax gives them, and what they sum up."""
        positions = prod(inputs[0][1:])
        return positions * (4 * self.width(inputs) + self.heads * self.seen(inputs))

    def seen(self, inputs: Sequence[Shape]) -> int:
        return inputs[0][1]

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE


class WindowAttention(
    Projected, name="window_attention", axes=(2,), positional=("heads", "window")
):
    """Multi-head self-attention of a map in windows, C x H x W, each apart from the others.

    `shift` moves the windows down and to the right; those at the border are smaller then. With
    `grid` a window has its positions spread over the map at equal distances. A learned score for
    each distance of two positions, one a head, is `(2*h - 1)*(2*w - 1)*heads` parameters.

    Source: Liu et al. 2021, "Swin Transformer", §3.2; Tu et al. 2022, "MaxViT", §3.2.
    """

    window: Sizes = sizes("Size of a window.")
    shift: Sizes = sizes("How far the windows are moved.", default=0, at_least=0)
    grid: bool = flag("Whether a window's positions are spread over the map.", default=False)
    position: bool = flag("Whether a score is learned for each distance.", default=True)

    def check(self, inputs: Sequence[Shape]) -> None:
        super().check(inputs)
        if any(n % w for n, w in zip(inputs[0][1:], self.window, strict=True)):
            message = f"windows of {show_shape(self.window)} do not divide a map of "
            hint = "use a window that divides the map, or `pad` the map"
            reject("E406", "window", message + show_shape(inputs[0][1:]), hint)
        if any(s >= w for s, w in zip(self.shift, self.window, strict=True)):
            shift, window = show_shape(self.shift), show_shape(self.window)
            message = f"a shift of {shift} is not below the window of {window}"
            reject("E406", "shift", message, "a shift of a whole window is none")
        if self.grid and any(self.shift):
            reject("E406", "shift", "a grid is not shifted", "remove `shift`, or `grid`")

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        own = super().parameters(inputs)
        if not self.position:
            return own
        return {**own, "position": (self.heads, *(2 * w - 1 for w in self.window))}

    def kept_within(self, inputs: Sequence[Shape]) -> int:
        """Queries, keys, values, the scores as softmax gives them, and what they sum up."""
        positions = prod(inputs[0][1:])
        return positions * (4 * self.width(inputs) + self.heads * self.seen(inputs))

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        if tensor == "position":
            return distance_axes(shape)
        return super().tensor_axes(tensor, shape)

    def seen(self, inputs: Sequence[Shape]) -> int:
        return prod(self.window)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        if self.grid:
            return UNTOLD
        return tuple(map(_windowed, self.window, self.shift))


def _windowed(window: int, shift: int) -> Footprint:
    """Each output reads the window that it lies in; windows begin at `shift`."""
    starts = ((place - shift) // window * window + shift for place in range(window))
    return Footprint(window, window, tuple(range(start, start + window) for start in starts))
