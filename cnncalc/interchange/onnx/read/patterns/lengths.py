"""Normalisations by lengths that are written as several nodes."""

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


def rms_norm(net: Net, last: int) -> Match | None:
    """`x / sqrt(mean(x**2) + eps)`, with its scale where that follows."""
    scale, rest = net.learned(last) if net.nodes[last].op_type == "Mul" else (None, "")
    at = last if scale is None else net.maker(rest, "Mul", "Div")
    core = _by_root(net, at) if at is not None else None
    if core is None:
        return None
    x, axis, eps, inner = core
    inputs = (x,) if scale is None else (x, scale)
    fused = net.put(last, "RMSNormalization", inputs, axis=axis, epsilon=eps)
    return fused, {last, *inner}


def _by_root(net: Net, last: int) -> tuple[str, int, float, set[int]] | None:
    """`x / sqrt(mean(x**2) + eps)`, or times the reciprocal: x, axis, eps and nodes."""
    is_product = net.nodes[last].op_type == "Mul"
    for x, below in net.split(last) if is_product else [net.nodes[last].inputs[:2]]:
        places = {last}
        if is_product:
            turned = net.maker(below, "Reciprocal", "Div")
            if turned is None:
                continue
            over = net.nodes[turned].inputs
            if len(over) == 2 and net.scalar(over[0]) != 1:
                continue
            places.add(turned)
        else:
            over = (below,)
        mean = _root_mean_square(net, x, over[-1])
        if mean is not None:
            return x, mean[0], mean[1], places | mean[2]
    return None


def _root_mean_square(net: Net, x: str, name: str) -> tuple[int, float, set[int]] | None:
    """The axis, the eps and the nodes of `sqrt(mean(x**2) + eps)`."""
    root = net.maker(name, "Sqrt")
    added = net.maker(net.nodes[root].inputs[0], "Add") if root is not None else None
    if root is None or added is None:
        return None
    for mean, other in net.split(added):
        reduced, eps = net.maker(mean, "ReduceMean"), net.scalar(other)
        squared = (
            net.maker(net.nodes[reduced].inputs[0], "Pow", "Mul") if reduced is not None else None
        )
        if reduced is None or squared is None or eps is None:
            continue
        base, by = net.nodes[squared].inputs
        is_square = by == x if net.nodes[squared].op_type == "Mul" else net.scalar(by) == 2
        axes = net.numbers(net.nodes[reduced], 1, "axes")
        if base == x and is_square and axes is not None and len(axes) == 1:
            return axes[0], eps, {root, added, reduced, squared}
    return None


def l2_norm(net: Net, last: int) -> Match | None:
    """`x / max(length of x, eps)`."""
    x, below = net.nodes[last].inputs
    wide = net.maker(below, "Expand")
    bounded = net.maker(below if wide is None else net.nodes[wide].inputs[0], "Clip", "Max")
    if bounded is None:
        return None
    inputs = net.nodes[bounded].inputs
    length = net.maker(inputs[0], "ReduceL2")
    eps = net.scalar(inputs[1]) if len(inputs) > 1 else net.nodes[bounded].attributes.get("min")
    axes = net.numbers(net.nodes[length], 1, "axes") if length is not None else None
    if length is None or eps is None or axes is None or len(axes) != 1 or any(inputs[2:]):
        return None
    if net.nodes[length].inputs[0] != x or not net.nodes[length].attributes.get("keepdims", 1):
        return None
    places = {length, bounded, last} | ({wide} if wide is not None else set())
    return net.put(last, "LpNormalization", (x,), axis=axes[0], epsilon=eps), places


def response_norm(net: Net, last: int) -> Match | None:
    """`x + weight * x * n + bias` with `n = g / (mean(g) + eps)` and `g` the lengths of `x`."""
    for x, rest in net.split(last):
        shifted = net.maker(rest, "Add")
        bias, scaled = net.learned(shifted) if shifted is not None else (None, "")
        if shifted is None or bias is None:
            continue
        factors, places = _factors(net, scaled)
        scales = [name for name in factors if name in net.fixed]
        others = [name for name in factors if name not in net.fixed and name != x]
        share = _share(net, x, others[0]) if len(others) == 1 and len(scales) == 1 else None
        if share is None or factors.count(x) != 1:
            continue
        axes, channel, eps, inner = share
        attributes = {"axes": axes, "axis": channel, "epsilon": eps}
        fused = net.put(last, "ResponseNormalization", (x, scales[0], bias), **attributes)
        return fused, {last, shifted, *places, *inner}
    return None


def _factors(net: Net, name: str) -> tuple[list[str], set[int]]:
    """The factors of a product of a few, and its nodes; a factor of 1 is none."""
    factors, places = [name], set[int]()
    for _ in range(3):
        for one in factors:
            at = net.maker(one, "Mul")
            if at is not None and len(net.nodes[at].inputs) == 2:
                factors.remove(one)
                factors += net.nodes[at].inputs
                places.add(at)
                break
    return [one for one in factors if net.scalar(one) != 1], places


def _share(net: Net, x: str, name: str) -> tuple[tuple[int, ...], int, float, set[int]] | None:
    """The axes, the channels' axis, the eps and the nodes of `g / (mean(g) + eps)`."""
    at = net.maker(name, "Div")
    added = net.maker(net.nodes[at].inputs[1], "Add") if at is not None else None
    length = net.maker(net.nodes[at].inputs[0], "ReduceL2") if at is not None else None
    if at is None or added is None or length is None or net.nodes[length].inputs[0] != x:
        return None
    for mean, other in net.split(added):
        reduced, eps = net.maker(mean, "ReduceMean"), net.scalar(other)
        if reduced is None or eps is None:
            continue
        axes = net.numbers(net.nodes[length], 1, "axes")
        over = net.numbers(net.nodes[reduced], 1, "axes")
        is_same = net.nodes[reduced].inputs[0] == net.nodes[at].inputs[0]
        if axes and over and len(over) == 1 and is_same:
            return axes, over[0], eps, {at, added, length, reduced}
    return None
