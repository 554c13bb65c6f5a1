"""Factors and terms of each channel behind a layer, as Keras writes them."""

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


def written_batch_norm(net: Net, last: int) -> Match | None:
    """`(x - mean) * factor + shift`, a number for each channel; the reader looks at the shapes.

    The factor may be one that a root of the variance is in, or be told in two: that root, and
    what is learned.
    """
    shift, rest = net.learned(last)
    at = net.maker(rest, "Mul") if shift else None
    if shift is None or at is None:
        return None
    factors: list[str] = []
    places = {last}
    while at is not None and net.nodes[at].op_type in {"Mul", "Div"} and len(factors) < 2:
        factor, rest = net.learned(at)
        is_divided = net.nodes[at].op_type == "Div"
        if factor is None or (is_divided and net.nodes[at].inputs[0] == factor):
            return None
        factors.insert(0, factor)
        places.add(at)
        at = net.maker(rest, "Mul", "Div", "Sub")
    if at is None or net.nodes[at].op_type != "Sub" or net.nodes[at].inputs[1] not in net.fixed:
        return None
    x, mean = net.nodes[at].inputs
    if x in net.fixed:
        return None
    inputs = (x, factors[-1], shift, mean, *factors[:-1])
    return net.put(last, "WrittenBatchNorm", inputs), {*places, at}


def biased_conv(net: Net, last: int) -> Match | None:
    """A convolution, its axes turned or not, and a bias; the reader looks at the bias."""
    for term, rest in net.split(last):
        if rest in net.fixed or not _is_bias(net, term):
            continue
        turn = net.maker(rest, "Transpose")
        order = net.nodes[turn].attributes.get("perm") if turn is not None else None
        made = net.nodes[turn].inputs[0] if turn is not None else rest
        at = net.maker(made, "Conv", "ConvTranspose")
        if at is None or len(net.nodes[at].inputs) != 2 or (turn is not None and not order):
            continue
        node = net.nodes[at]
        told = {**node.attributes, "perm": order or ()}
        places = {at, last} if turn is None else {at, turn, last}
        return net.put(last, f"Biased{node.op_type}", (*node.inputs, term), **told), places
    return None


def _is_bias(net: Net, name: str) -> bool:
    """Whether a stored tensor stands behind a name, be it in a shape that depends on the input."""
    at = net.maker(name, "Reshape")
    return name in net.fixed or (at is not None and net.nodes[at].inputs[0] in net.fixed)
