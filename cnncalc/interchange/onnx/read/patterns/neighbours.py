"""A normalisation by neighbouring channels, as PyTorch writes it out."""

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


def response_norm(net: Net, last: int) -> Match | None:
    """`x / (k + alpha * mean)**beta`, the mean that of squares along the channels.

    The reader looks at how far the channels are padded. Source: PyTorch `F.local_response_norm`.
    """
    x, below = net.nodes[last].inputs
    power = net.maker(below, "Pow")
    added = net.maker(net.nodes[power].inputs[0], "Add") if power is not None else None
    if power is None or added is None:
        return None
    beta = net.scalar(net.nodes[power].inputs[1])
    for scaled, term in net.split(added):
        k, product = net.scalar(term), net.maker(scaled, "Mul")
        if k is None or product is None or beta is None:
            continue
        for mean, factor in net.split(product):
            alpha, found = net.scalar(factor), _mean(net, mean, x)
            if alpha is not None and found is not None:
                size, amounts, places = found
                told = {"size": size, "alpha": alpha, "beta": beta, "bias": k}
                node = net.put(last, "WrittenLRN", (x, amounts), **told)
                return node, {last, power, added, product, *places}
    return None


def _mean(net: Net, name: str, x: str) -> tuple[int, str, set[int]] | None:
    """The channels of a mean of squares of `x`, what they are padded by, and its nodes."""
    places: set[int] = set()
    at = net.maker(name, "Reshape", "Squeeze", "If", "AveragePool")
    while at is not None and net.nodes[at].op_type != "AveragePool":
        places.add(at)
        if net.nodes[at].op_type == "If":  # whether an axis is dropped, which is always so
            asked = _asked(net, at)
            if asked is None:
                return None
            name, more = asked
            places |= more
        else:
            name = net.nodes[at].inputs[0]
        at = net.maker(name, "Reshape", "Squeeze", "If", "AveragePool")
    pad = net.maker(net.nodes[at].inputs[0], "Pad") if at is not None else None
    inputs = (*net.nodes[pad].inputs, "", "")[:2] if pad is not None else ("", "")
    first = net.maker(inputs[0], "Reshape", "Unsqueeze")
    square = net.maker(net.nodes[first].inputs[0], "Mul") if first is not None else None
    if at is None or pad is None or first is None or square is None:
        return None
    size, *others = net.nodes[at].attributes.get("kernel_shape") or (0,)
    is_plain = set(net.nodes[at].attributes.get("strides") or (1,)) == {1} == {1, *others}
    if net.nodes[square].inputs != (x, x) or not is_plain or not inputs[1]:
        return None
    return int(size), inputs[1], {*places, at, pad, first, square}


def _asked(net: Net, at: int) -> tuple[str, set[int]] | None:
    """The tensor whose length along an axis is asked for by a choice, and the nodes that ask."""
    equal = net.maker(net.nodes[at].inputs[0], "Equal")
    length = net.maker(net.nodes[equal].inputs[0], "Gather") if equal is not None else None
    shape = net.maker(net.nodes[length].inputs[0], "Shape") if length is not None else None
    if equal is None or length is None or shape is None:
        return None
    return net.nodes[shape].inputs[0], {equal, length, shape}
