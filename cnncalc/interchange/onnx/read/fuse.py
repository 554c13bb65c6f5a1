"""Nodes that exporters write for one layer, put together again.

A pattern is known by its last node. What it takes in must be read by nothing else: a layer that
someone looks into stays as it was written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isclose, pi, prod, sqrt
from typing import Any

from cnncalc.interchange.onnx_model.tensors import of_node
from cnncalc.interchange.onnx_model.values import Node, Value

Match = tuple[Node, set[int]]
"""What takes the place of nodes, and the places of all of these."""

Pattern = Callable[["Net", int], "Match | None"]


class Net:
    """The nodes of a graph by what they give and read."""

    def __init__(
        self, nodes: Sequence[Node], kept: Iterable[str], values: Mapping[str, Value]
    ) -> None:
        self.nodes = nodes
        self.values = values
        self.kept = {*kept}
        self.makers = {name: at for at, node in enumerate(nodes) for name in node.outputs if name}
        self.readers: dict[str, set[int]] = {}
        for at, node in enumerate(nodes):
            for name in node.inputs:
                self.readers.setdefault(name, set()).add(at)
        self.fixed = self._fixed()

    def _fixed(self) -> set[str]:
        """The names that no input of the network reaches."""
        fixed = {name for name, value in self.values.items() if value.is_static}
        for node in self.nodes:
            if all(name in fixed or not name for name in node.inputs) and "" not in node.outputs:
                fixed.update(node.outputs)
        return fixed

    def maker(self, name: str, *op_types: str) -> int | None:
        """The place of the node that gives a name, when it is of one of these kinds."""
        at = self.makers.get(name)
        if at is None or self.nodes[at].domain not in {"", "ai.onnx"}:
            return None
        return at if self.nodes[at].op_type in op_types else None

    def scalar(self, name: str) -> float | None:
        """The number that a name stands for, when it is one that is known."""
        value = self.values.get(name)
        at = self.makers.get(name)
        if value is None and at is not None:
            node = self.nodes[at]
            if node.op_type in {"Cast", "CastLike", "Identity"}:
                return self.scalar(node.inputs[0])
            value = of_node(node) if node.op_type == "Constant" and not node.domain else None
        if value is None or not value.is_static or prod(value.shape) != 1:
            return None
        found = value.numbers
        return float(found[0]) if found and isinstance(found[0], float | int) else None

    def numbers(self, node: Node, place: int, name: str) -> tuple[int, ...] | None:
        """Whole numbers of a node, from an input or an attribute."""
        if len(node.inputs) <= place:
            given = node.attributes.get(name)
            return tuple(given) if given else None
        value = self.values.get(node.inputs[place])
        at = self.maker(node.inputs[place], "Constant")
        if value is None and at is not None:
            value = of_node(self.nodes[at])
        found = None if value is None else value.numbers
        if found is None or not all(isinstance(one, int) for one in found):
            return None
        return found

    def is_closed(self, places: set[int], last: int) -> bool:
        """Whether nothing but these nodes reads what they give, save the last."""
        return all(
            name not in self.kept and self.readers.get(name, set()) <= places
            for at in places - {last}
            for name in self.nodes[at].outputs
        )

    def split(self, at: int) -> Iterator[tuple[str, str]]:
        """The two inputs of a node, either way round."""
        inputs = self.nodes[at].inputs
        if len(inputs) == 2:
            yield inputs[0], inputs[1]
            yield inputs[1], inputs[0]

    def put(self, last: int, op_type: str, inputs: tuple[str, ...], **attributes: Any) -> Node:
        """What takes the place of nodes up to the last of them."""
        node = self.nodes[last]
        return node._replace(op_type=op_type, domain="", inputs=inputs, attributes=attributes)


def fuse(
    nodes: Sequence[Node], kept: Iterable[str], values: Mapping[str, Value]
) -> Sequence[Node]:
    """The nodes with every pattern of one layer as one node, which holds them as its parts."""
    net = Net(nodes, kept, values)
    placed: dict[int, Node] = {}
    gone: set[int] = set()
    # From the end, so that a longer pattern is met before a shorter one within it.
    for last in range(len(nodes) - 1, -1, -1):
        if last in gone or nodes[last].domain not in {"", "ai.onnx"}:
            continue
        for pattern in PATTERNS.get(nodes[last].op_type, ()):
            match = pattern(net, last)
            if match and not match[1] & gone and net.is_closed(match[1], last):
                parts = tuple(nodes[at] for at in sorted(match[1]))
                placed[last] = match[0]._replace(parts=parts)
                gone |= match[1]
                break
    return [
        placed.get(at, node) for at, node in enumerate(nodes) if at not in gone or at in placed
    ]


def gated(net: Net, last: int) -> Match | None:
    """`x * sigmoid(x)` is silu, `x * hardsigmoid(x)` hardswish."""
    for x, gate in net.split(last):
        at = net.maker(gate, "Sigmoid", "HardSigmoid")
        if at is None or net.nodes[at].inputs[:1] != (x,):
            continue
        node = net.nodes[at]
        if node.op_type == "Sigmoid":
            return net.put(last, "Silu", (x,)), {at, last}
        if isclose(node.attributes.get("alpha", 0.2), 1 / 6, rel_tol=1e-4):
            return net.put(last, "HardSwish", (x,)), {at, last}
    return None


def mish(net: Net, last: int) -> Match | None:
    """`x * tanh(softplus(x))`, which opset 18 has a name for."""
    for x, bend in net.split(last):
        outer = net.maker(bend, "Tanh")
        inner = net.maker(net.nodes[outer].inputs[0], "Softplus") if outer is not None else None
        if outer is not None and inner is not None and net.nodes[inner].inputs == (x,):
            return net.put(last, "Mish", (x,)), {outer, inner, last}
    return None


def hard(net: Net, last: int) -> Match | None:
    """`clip(x + 3, 0, 6) / 6` is hardsigmoid, and times `x` hardswish."""
    if net.nodes[last].op_type == "Mul":
        sixth = next((one for one, by in net.split(last) if _is(net.scalar(by), 1 / 6)), None)
    else:
        one, by = (*net.nodes[last].inputs, "", "")[:2]
        sixth = one if _is(net.scalar(by), 6) else None
    if sixth is None:
        return None
    clip = net.maker(sixth, "Clip")
    if clip is not None:
        x, places = _shifted(net, clip)
        return (net.put(last, "HardSigmoid", (x,), alpha=1 / 6), {*places, last}) if x else None
    product = net.maker(sixth, "Mul")
    for own, other in net.split(product) if product is not None else ():
        clip = net.maker(other, "Clip")
        x, places = _shifted(net, clip) if clip is not None else ("", set())
        if x and x == own:
            return net.put(last, "HardSwish", (x,)), {*places, product or 0, last}
    return None


def _is(number: float | None, wanted: float) -> bool:
    return number is not None and isclose(number, wanted, rel_tol=1e-4)


def _shifted(net: Net, clip: int) -> tuple[str, set[int]]:
    """The `x` of `clip(x + 3, 0, 6)`."""
    node = net.nodes[clip]
    limits = [net.scalar(name) for name in node.inputs[1:3]]
    limits = limits or [node.attributes.get("min"), node.attributes.get("max")]
    at = net.maker(node.inputs[0], "Add")
    if limits != [0, 6] or at is None:
        return "", set()
    for x, by in net.split(at):
        if net.scalar(by) == 3:
            return x, {clip, at}
    return "", set()


def gelu(net: Net, last: int) -> Match | None:
    """`x / 2 * (1 + erf(x / sqrt(2)))` in any order of its factors, or with `tanh`."""
    factors, places = _factors(net, last)
    halves = [name for name in factors if _is(net.scalar(name), 0.5)]
    rest = [name for name in factors if name not in halves]
    if len(halves) != 1 or len(rest) != 2:
        return None
    for x, curve in (rest, rest[::-1]):
        inner = _curve(net, x, curve)
        if inner:
            return net.put(last, "Gelu", (x,)), places | inner
    return None


def _factors(net: Net, last: int) -> tuple[list[str], set[int]]:
    """The factors of a product of products, and its nodes; a division by 2 is a factor of 1/2."""
    factors, places = list(net.nodes[last].inputs), {last}
    for name in tuple(factors):
        at = net.maker(name, "Mul")
        if at is not None and len(net.readers[name]) == 1 and len(factors) < 3:
            factors.remove(name)
            factors += net.nodes[at].inputs
            places.add(at)
    return factors, places


def _curve(net: Net, x: str, name: str) -> set[int] | None:
    """The nodes of `1 + erf(x / sqrt(2))`, or of its approximation with `tanh`."""
    at = net.maker(name, "Add")
    if at is None:
        return None
    for one, bend in net.split(at):
        if net.scalar(one) != 1:
            continue
        inner = net.maker(bend, "Erf", "Tanh")
        if inner is not None:
            argument = net.nodes[inner].inputs[0]
            is_erf = net.nodes[inner].op_type == "Erf"
            below = _scaled(net, x, argument) if is_erf else _cubic(net, x, argument)
            return {at, inner, *below} if below else None
    return None


def _scaled(net: Net, x: str, name: str) -> set[int] | None:
    """The node of `x / sqrt(2)`."""
    at = net.maker(name, "Div", "Mul")
    if at is None:
        return None
    wanted = sqrt(2) if net.nodes[at].op_type == "Div" else sqrt(0.5)
    is_scaled = any(own == x and _is(net.scalar(by), wanted) for own, by in net.split(at))
    return {at} if is_scaled else None


def _cubic(net: Net, x: str, name: str) -> set[int] | None:
    """The nodes of `sqrt(2 / pi) * (x + 0.044715 * x**3)`: those between, with these numbers."""
    found: set[int] = set()
    numbers: list[float] = []
    names = [name]
    while names and len(found) < 12:
        one = names.pop()
        number = net.scalar(one)
        if number is not None:
            numbers.append(number)
        elif one != x:
            at = net.maker(one, "Add", "Mul", "Pow")
            if at is None:
                return None
            found.add(at)
            names += net.nodes[at].inputs
    has = all(any(_is(n, wanted) for n in numbers) for wanted in (0.044715, sqrt(2 / pi)))
    return found if has else None


def biased(net: Net, last: int) -> Match | None:
    """A product with a matrix of weights, and a bias added to it."""
    for product, bias in net.split(last):
        at = net.maker(product, "MatMul")
        value = net.values.get(bias)
        if at is None or value is None or len(value.shape) != 1 or not value.sources:
            continue
        x, weight = net.nodes[at].inputs
        if weight in net.fixed and x not in net.fixed:
            return net.put(last, "Linear", (x, weight, bias)), {at, last}
    return None


def normalised(net: Net, last: int) -> Match | None:
    """A layer normalisation written out, with its scale and shift where they follow."""
    places = {last}
    names: list[str] = []
    at: int | None = last
    for kind in ("Add", "Mul"):
        if at is not None and net.nodes[at].op_type == kind:
            learned, rest = _learned(net, at)
            if learned is None:
                return None
            names.insert(0, learned)
            places.add(at)
            at = net.maker(rest, "Mul", "Div")
    core = _core(net, at) if at is not None and net.nodes[at].op_type == "Div" else None
    if core is None or len(names) == 1:
        return None
    x, axes, inner = core
    kinds = {(-1,): "LayerNormalization", (1,): "ChannelNormalization"}
    if axes not in kinds:
        return None
    return net.put(last, kinds[axes], (x, *names)), places | inner


def _learned(net: Net, at: int) -> tuple[str | None, str]:
    """Which input of a node is learned, and the other one."""
    for one, other in net.split(at):
        if one in net.fixed and other not in net.fixed:
            return one, other
    return None, ""


def _core(net: Net, last: int) -> tuple[str, tuple[int, ...], set[int]] | None:
    """`(x - mean) / sqrt(variance + eps)`: its x, its axes and its nodes."""
    above, below = net.nodes[last].inputs
    root = net.maker(below, "Sqrt")
    added = net.maker(net.nodes[root].inputs[0], "Add") if root is not None else None
    if root is None or added is None:
        return None
    for mean, eps in net.split(added):
        variance = net.maker(mean, "ReduceMean")
        centred = _centred(net, above)
        if variance is None or net.scalar(eps) is None or centred is None:
            continue
        squared = _squared(net, net.nodes[variance].inputs[0])
        if squared is None or squared[0] not in {centred[0], above}:
            continue
        axes = net.numbers(net.nodes[variance], 1, "axes")
        if axes is None or axes != centred[1]:
            return None
        return centred[0], axes, {last, root, added, variance, *centred[2], *squared[1]}
    return None


def _centred(net: Net, name: str) -> tuple[str, tuple[int, ...], set[int]] | None:
    """The x, axes and nodes of `x - mean(x)`."""
    at = net.maker(name, "Sub")
    if at is None:
        return None
    x, mean = net.nodes[at].inputs
    reduced = net.maker(mean, "ReduceMean")
    if reduced is None or net.nodes[reduced].inputs[0] != x:
        return None
    axes = net.numbers(net.nodes[reduced], 1, "axes")
    return None if axes is None else (x, axes, {at, reduced})


def _squared(net: Net, name: str) -> tuple[str, set[int]] | None:
    """What is squared, and the nodes that do it; what is centred again is `x` itself."""
    at = net.maker(name, "Pow", "Mul")
    if at is None:
        return None
    one, other = net.nodes[at].inputs
    is_square = one == other if net.nodes[at].op_type == "Mul" else net.scalar(other) == 2
    if not is_square:
        return None
    again = _centred(net, one)
    if again is None or len(net.readers.get(one, ())) > 1:
        return one, {at}
    return again[0], {at, *again[2]}


def turned(net: Net, last: int) -> Match | None:
    """A layer normalisation of the channels between two transpositions."""
    order = tuple(net.nodes[last].attributes.get("perm") or ())
    rank = len(order)
    norm = net.maker(net.nodes[last].inputs[0], "LayerNormalization")
    if rank < 3 or order != (0, rank - 1, *range(1, rank - 1)) or norm is None:
        return None
    first = net.maker(net.nodes[norm].inputs[0], "Transpose")
    axis = net.nodes[norm].attributes.get("axis", -1)
    if first is None or axis not in {-1, rank - 1}:
        return None
    if tuple(net.nodes[first].attributes.get("perm") or ()) != (0, *range(2, rank), 1):
        return None
    x = net.nodes[first].inputs[0]
    eps = net.nodes[norm].attributes.get("epsilon", 1e-5)
    inputs = (x, *net.nodes[norm].inputs[1:])
    return net.put(last, "ChannelNormalization", inputs, epsilon=eps), {first, norm, last}


def rearranged(net: Net, last: int) -> Match | None:
    """Axes cut, the parts in another order, and joined again, as in a shuffle of the channels.

    Its shapes are not known yet; the reader finds out whether it is one of our ops.
    """
    copy = net.maker(net.nodes[last].inputs[0], "Identity")
    turn = net.maker(net.nodes[last if copy is None else copy].inputs[0], "Transpose")
    order = tuple(net.nodes[turn].attributes.get("perm") or ()) if turn is not None else ()
    first = net.maker(net.nodes[turn].inputs[0], "Reshape") if turn is not None else None
    if turn is None or first is None or len(order) < 4 or order[0]:
        return None
    nodes = net.nodes[first], net.nodes[last]
    if any(len(node.inputs) != 2 for node in nodes):
        return None
    inputs = (*nodes[0].inputs, nodes[1].inputs[1])
    between = set() if copy is None else {copy}
    return net.put(last, "Rearranged", inputs, perm=order), {first, turn, *between, last}


def strided(net: Net, last: int) -> Match | None:
    """All values in a row and places of it, as the newer exporter writes another view."""
    first = net.maker(net.nodes[last].inputs[0], "Reshape")
    if first is None or net.nodes[last].attributes.get("axis", 0) != 0:
        return None
    inputs = (net.nodes[first].inputs[0], net.nodes[last].inputs[1])
    return net.put(last, "Strided", inputs), {first, last}


def grouped(net: Net, last: int) -> Match | None:
    """A group normalisation as the older exporter writes it, by way of another shape."""
    shift, rest = _learned(net, last)
    scaled = net.maker(rest, "Mul") if shift else None
    scale, back = _learned(net, scaled) if scaled is not None else (None, "")
    reshaped = net.maker(back, "Reshape") if scale else None
    if shift is None or scale is None or scaled is None or reshaped is None:
        return None
    norm = net.maker(net.nodes[reshaped].inputs[0], "InstanceNormalization")
    first = net.maker(net.nodes[norm].inputs[0], "Reshape") if norm is not None else None
    if norm is None or first is None:
        return None
    groups = _length(net, net.nodes[norm].inputs[1])
    if groups is None:
        return None
    eps = net.nodes[norm].attributes.get("epsilon", 1e-5)
    inputs = (net.nodes[first].inputs[0], scale, shift)
    node = net.put(last, "GroupNormalization", inputs, num_groups=groups, epsilon=eps)
    return node, {first, norm, reshaped, scaled, last}


def _length(net: Net, name: str) -> int | None:
    """How many numbers a constant or an initializer holds."""
    value = net.values.get(name)
    at = net.maker(name, "Constant")
    if value is None and at is not None:
        value = of_node(net.nodes[at])
    return value.shape[0] if value is not None and len(value.shape) == 1 else None


PATTERNS: Mapping[str, Sequence[Pattern]] = {
    "Mul": (gelu, gated, mish, hard, normalised),
    "Div": (hard, normalised),
    "Add": (grouped, normalised, biased),
    "Gather": (strided,),
    "Reshape": (rearranged,),
    "Transpose": (turned,),
}
"""What may end with a node of each kind, the longest pattern first."""
