"""Element-wise functions that are written as several nodes."""

from math import isclose, pi, sqrt

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


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


def sharp_softplus(net: Net, last: int) -> Match | None:
    """`softplus(beta * x) / beta`."""
    inner = net.maker(net.nodes[last].inputs[0], "Softplus")
    product = net.maker(net.nodes[inner].inputs[0], "Mul") if inner is not None else None
    beta = net.scalar(net.nodes[last].inputs[1])
    if inner is None or product is None or not beta:
        return None
    for x, by in net.split(product):
        if net.is_number(by, beta):
            return net.put(last, "Softplus", (x,), beta=beta), {product, inner, last}
    return None


def hard_activation(net: Net, last: int) -> Match | None:
    """`clip(x + 3, 0, 6) / 6` is hardsigmoid, and times `x` hardswish."""
    if net.nodes[last].op_type == "Mul":
        sixth = next((one for one, by in net.split(last) if net.is_number(by, 1 / 6)), None)
    else:
        one, by = (*net.nodes[last].inputs, "", "")[:2]
        sixth = one if net.is_number(by, 6) else None
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
    halves = [name for name in factors if net.is_number(name, 0.5)]
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
    is_scaled = any(own == x and net.is_number(by, wanted) for own, by in net.split(at))
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
    has = all(
        any(isclose(n, wanted, rel_tol=1e-4) for n in numbers)
        for wanted in (0.044715, sqrt(2 / pi))
    )
    return found if has else None
