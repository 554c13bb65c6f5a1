"""Normalisations that are written as several nodes."""

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


def layer_norm(net: Net, last: int) -> Match | None:
    """A layer normalisation written out, with its scale and shift where they follow."""
    places = {last}
    names: list[str] = []
    at: int | None = last
    for kind in ("Add", "Mul"):
        if at is not None and net.nodes[at].op_type == kind:
            learned, rest = net.learned(at)
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


def channel_norm(net: Net, last: int) -> Match | None:
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


def plain_group_norm(net: Net, last: int) -> Match | None:
    """A group normalisation by way of another shape, with nothing learned."""
    norm = net.maker(net.nodes[last].inputs[0], "InstanceNormalization")
    first = net.maker(net.nodes[norm].inputs[0], "Reshape") if norm is not None else None
    if norm is None or first is None:
        return None
    groups = net.length(net.nodes[norm].inputs[1])
    factors = (net.values.get(name) for name in net.nodes[norm].inputs[1:])
    if groups is None or any(one is not None and one.sources for one in factors):
        return None
    given, size = net.numbers(net.nodes[last], 1, ""), net.numbers(net.nodes[first], 1, "")
    if given is None or size is None or size[1:] != (groups, -1) or len(given) < 3:
        return None
    eps = net.nodes[norm].attributes.get("epsilon", 1e-5)
    x = net.nodes[first].inputs[:1]
    node = net.put(last, "GroupNormalization", x, num_groups=groups, epsilon=eps)
    return node, {first, norm, last}


def group_norm(net: Net, last: int) -> Match | None:
    """A group normalisation as the older exporter writes it, by way of another shape."""
    shift, rest = net.learned(last)
    scaled = net.maker(rest, "Mul") if shift else None
    scale, back = net.learned(scaled) if scaled is not None else (None, "")
    reshaped = net.maker(back, "Reshape") if scale else None
    if shift is None or scale is None or scaled is None or reshaped is None:
        return None
    norm = net.maker(net.nodes[reshaped].inputs[0], "InstanceNormalization")
    first = net.maker(net.nodes[norm].inputs[0], "Reshape") if norm is not None else None
    if norm is None or first is None:
        return None
    groups = net.length(net.nodes[norm].inputs[1])
    if groups is None:
        return None
    eps = net.nodes[norm].attributes.get("epsilon", 1e-5)
    inputs = (net.nodes[first].inputs[0], scale, shift)
    node = net.put(last, "GroupNormalization", inputs, num_groups=groups, epsilon=eps)
    return node, {first, norm, reshaped, scaled, last}
