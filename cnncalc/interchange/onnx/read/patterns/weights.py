"""Weights that are changed before they multiply."""

from math import prod

from cnncalc.interchange.onnx.read.patterns.net import Match, Net


def standardized(net: Net, last: int) -> Match | None:
    """A convolution whose weights are normalised for each output channel.

    What makes its weights stays where it is: no input reaches it, so it is no layer.
    """
    node = net.nodes[last]
    back = net.maker((*node.inputs, "", "")[1], "Reshape")
    norm = (
        net.maker(net.nodes[back].inputs[0], "InstanceNormalization", "BatchNormalization")
        if back is not None
        else None
    )
    first = net.maker(net.nodes[norm].inputs[0], "Reshape") if norm is not None else None
    if norm is None or first is None:
        return None
    made = net.nodes[norm]
    if made.op_type == "BatchNormalization" and not made.attributes.get("training_mode"):
        return None
    weight = net.values.get(net.nodes[first].inputs[0])
    if weight is None or not weight.sources or len(made.inputs) < 2:
        return None
    gain, factor = _gain(net, made.inputs[1])
    # Without a gain the variance is 1; with one it is 1 by the number of the weights.
    factor *= prod(weight.shape[1:]) ** 0.5 if gain else 1
    bias = (*node.inputs, "")[2]
    eps = made.attributes.get("epsilon", 1e-5)
    attributes = {**node.attributes, "factor": factor, "epsilon": eps}
    inputs = (node.inputs[0], weight.name, bias, *([gain] if gain else []))
    return net.put(last, "StandardizedConv", inputs, **attributes), {last}


def _gain(net: Net, name: str) -> tuple[str, float]:
    """The learned factor behind a name, empty where there is none, and the constant beside it."""
    factor = 1.0
    for _ in range(6):
        value = net.values.get(name)
        if value is not None and value.sources:
            return name, factor
        at = net.maker(name, "Mul", "Reshape", "Identity", "Squeeze", "Flatten")
        if at is None:
            return "", 1.0
        first, *rest = net.nodes[at].inputs
        name = first
        if net.nodes[at].op_type == "Mul":
            number = net.scalar(rest[0])
            name, by = (first, number) if number is not None else (rest[0], net.scalar(first))
            if by is None:
                return "", 1.0
            factor *= by
    return "", 1.0
