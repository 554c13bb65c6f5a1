"""Products with a bias, and values in another order, that are written as several nodes."""

from cnncalc.interchange.onnx.read.patterns.net import Match, Net
from cnncalc.interchange.terms.holding import weight_names


def biased(net: Net, last: int) -> Match | None:
    """A product with a matrix of weights, and a bias added to it."""
    for product, bias in net.split(last):
        at = net.maker(product, "MatMul")
        value = net.values.get(bias)
        if at is None or value is None or not weight_names(value):
            continue
        x, weight = net.nodes[at].inputs
        if len(value.shape) == 2 and value.shape[1] == 1 and x in net.fixed:
            return net.put(last, "ChannelLinear", (weight, x, bias)), {at, last}
        if len(value.shape) != 1:
            continue
        if weight in net.fixed and x not in net.fixed:
            return net.put(last, "Linear", (x, weight, bias)), {at, last}
    return None


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


def group_softmax(net: Net, last: int) -> Match | None:
    """A softmax over the channels cut into groups, or over these; the reader looks at the cut."""
    at = net.maker(net.nodes[last].inputs[0], "Softmax")
    first = net.maker(net.nodes[at].inputs[0], "Reshape") if at is not None else None
    if at is None or first is None:
        return None
    nodes = net.nodes[first], net.nodes[last]
    if any(len(node.inputs) != 2 for node in nodes):
        return None
    inputs = (*nodes[0].inputs, nodes[1].inputs[1])
    return net.put(last, "GroupSoftmax", inputs, **net.nodes[at].attributes), {first, at, last}


def unpooled(net: Net, last: int) -> Match | None:
    """What puts values back where a pooling found them, with the map that it pooled."""
    inputs = net.nodes[last].inputs
    at = net.maker(inputs[1], "MaxPool") if len(inputs) > 1 else None
    if at is None:
        return None
    pool = net.nodes[at]
    is_alone = not net.readers.get(pool.outputs[0]) and pool.outputs[0] not in net.kept
    fused = net.put(last, "Unpooled", (inputs[0], pool.inputs[0]), **pool.attributes)
    return fused, {at, last} if is_alone else {last}


def blurred(net: Net, last: int) -> Match | None:
    """A fixed filter over a map with a mirrored border; the reader looks at the filter."""
    node = net.nodes[last]
    first = net.maker(node.inputs[0], "Pad") if len(node.inputs) == 2 else None
    if first is None or net.nodes[first].attributes.get("mode") != "reflect":
        return None
    inputs, weight = net.nodes[first].inputs, node.inputs[1]
    if len(inputs) < 2 or weight not in net.fixed:
        return None
    fused = net.put(last, "Blurred", (*inputs[:2], weight), **node.attributes)
    return fused, {first, last}


def strided(net: Net, last: int) -> Match | None:
    """All values in a row and places of it, as the newer exporter writes another view."""
    first = net.maker(net.nodes[last].inputs[0], "Reshape")
    if first is None or net.nodes[last].attributes.get("axis", 0) != 0:
        return None
    inputs = (net.nodes[first].inputs[0], net.nodes[last].inputs[1])
    return net.put(last, "Strided", inputs), {first, last}
