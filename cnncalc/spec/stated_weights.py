"""The values of weights that a spec states, held against the tensors of its layers."""

from collections.abc import Iterable, Mapping
from math import isfinite

from cnncalc.diagnostics import Diagnostic, Remedy, Span, rename
from cnncalc.graph import Layer, Weights
from cnncalc.ops.values import Shape, Value, Word, show, show_shape
from cnncalc.spec.bounds import NODES_A_STEP, Faults
from cnncalc.spec.derivation import UnfitError, diagnosed, worth
from cnncalc.spec.document.weights import LARGER
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.expressions import Evaluator, extent
from cnncalc.spec.kernels import KERNELS
from cnncalc.spec.syntax import StatedWeights

MOST_VALUES = 4096
"""Numbers that one network may state."""


def weights_of(
    stated: Iterable[StatedWeights],
    layers: Iterable[Layer],
    values: Mapping[str, Value],
    faults: Faults,
) -> Weights:
    """The values of each tensor that is stated, by the names of layer and tensor.

    A value has the axes of its tensor or only the last of them: it then holds for each filter, or
    each channel of each filter. A layer of which one tensor is stated has all of them stated. What
    could not be read, None, is passed over: it has its fault already.

    Args:
        stated: what the spec states.
        layers: the layers of the network.
        values: the values of its variables.
        faults: where faults go; its allowance pays.
    """
    made = {layer.name: layer for layer in layers}
    found: dict[str, dict[str, Value]] = {}
    places: dict[str, Span] = {}
    evaluator, left = Evaluator(), MOST_VALUES
    for one in stated:
        layer = made.get(one.layer)
        if layer is None:
            message = f"there is no layer `{one.layer}`"
            near = faults.closest(one.layer, made)
            hint = rename(one.layer, near, one.layer_span) if near else None
            faults.append(
                _told(message, one.layer_span, hint or "name it as `summarize` does", "E204")
            )
            continue
        places[layer.name] = one.layer_span
        own = found.setdefault(layer.name, {})
        own[one.tensor] = ()
        shape = _shape(one, layer, faults)
        is_read = shape is not None and one.formula is not None
        value = _worth(one, values, evaluator, faults) if is_read else None
        if shape is None or value is None:
            continue
        left -= extent(value)
        if left < 0:
            message = f"a network states at most {MOST_VALUES:,} values of weights"
            faults.append(_told(message, one.span, LARGER, "E505"))
            break
        own[one.tensor] = value
        _check_shape(one, value, (layer, shape), faults)
    for name, own in found.items():
        _check_rest(made[name], own, places[name], faults)
    return found


def _told(message: str, span: Span, hint: Remedy | None, code: str = "E225") -> Diagnostic:
    return Diagnostic(code, message, span, (), hint)


def _shape(one: StatedWeights, layer: Layer, faults: Faults) -> Shape | None:
    """The shape of the tensor that is meant; None when the layer has none of its own."""
    if layer.shares is not None:
        message = f"`{layer.name}` works with the weights of `{layer.shares}`"
        faults.append(_told(message, one.layer_span, f"state those of `{layer.shares}`"))
        return None
    tensors = layer.op.tensor_shapes(layer.input_shapes)
    if one.tensor in tensors:
        return tensors[one.tensor]
    told = f"`{layer.name}` ({layer.op.notation()})"
    known = f"it has {', '.join(tensors)}"
    hint: Remedy = known if tensors else "remove it: nothing is learned here"
    near = faults.closest(one.tensor, tensors)
    hint = rename(one.tensor, near, one.tensor_span) if near else hint
    if one.tensor == "bias" and not near:
        hint = "leave `bias` out, or let the layer have one"
    faults.append(_told(f"{told} has no `{one.tensor}`", one.tensor_span, hint))
    return None


def _worth(
    one: StatedWeights, values: Mapping[str, Value], evaluator: Evaluator, faults: Faults
) -> Value:
    """What is stated, with names put in and a kernel's name as its numbers; None: a fault."""
    try:
        value = worth(one.formula, values, evaluator)
    except UnfitError as fault:
        faults.append(diagnosed(fault.reason, fault.expression, values, faults))
        return None
    except ExpressionError as fault:
        faults.append(_told(fault.message, one.span, fault.hint or LARGER, fault.code))
        return None
    finally:
        faults.allowance.take(1 + evaluator.work // NODES_A_STEP, one.span)
        evaluator.work = 0
    if isinstance(value, Word):
        if value not in KERNELS:
            near = faults.closest(value, KERNELS)
            listed = f"those with a name are {', '.join(KERNELS)}"
            hint = rename(value, near, one.span) if near else listed
            faults.append(_told(f"there is no kernel `{value}`", one.span, hint, "E211"))
            return None
        return KERNELS[value]
    if not has_numbers(value):
        wrong = next(item for item in _leaves(value) if not _is_number(item))
        message = f"`{show(wrong)}` is no finite number"
        faults.append(_told(message, one.span, "weights are numbers, as `1/9`", "E212"))
        return None
    return value


def has_numbers(value: Value) -> bool:
    """Whether a value is a finite number, or lists of such."""
    return all(map(_is_number, _leaves(value)))


def _leaves(value: Value) -> Iterable[Value]:
    if not isinstance(value, tuple):
        yield value
        return
    for item in value:
        yield from _leaves(item)


def _is_number(value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(float(value))
    except OverflowError:
        return False


def axes_of(value: Value) -> Shape | None:
    """The lengths of nested lists, outermost first; None where they differ."""
    if not isinstance(value, tuple):
        return ()
    if not value:
        return (0,)
    inner = {axes_of(item) for item in value}
    if len(inner) != 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or ()))


def are_last(axes: Shape | None, shape: Shape) -> bool:
    """Whether axes are the last ones of a shape: all of them, or none for one number."""
    return axes is not None and axes == shape[max(0, len(shape) - len(axes)) :]


def _check_shape(
    one: StatedWeights, value: Value, wanted: tuple[Layer, Shape], faults: Faults
) -> None:
    """Report values that do not have the last axes of their tensor."""
    layer, shape = wanted
    axes = axes_of(value)
    if are_last(axes, shape):
        return
    full = f"{layer.name}.{one.tensor}"
    has = f"is {show_shape(axes)}" if axes else "is one number"
    if axes and not axes[-1]:
        has = "has an empty list"
    elif axes is None:
        has = "has lists of different lengths"
    elif axes == () and shape:
        return  # a number holds for all
    names = ""
    if len(shape) > 1:
        names = f" ({' x '.join(layer.op.tensor_axes(one.tensor, shape))})"
    message = f"`{full}` {has}, the layer takes {show_shape(shape)}{names}"
    hint = "write the outermost axis first"
    if len(shape) > 1:
        hint = f"write lists of {show_shape(shape)}, or of its last axes for all others alike"
    faults.append(_told(message, one.span, hint))


def _check_rest(layer: Layer, own: Mapping[str, Value], place: Span, faults: Faults) -> None:
    """Report the tensors of a layer that are not stated beside those that are."""
    tensors = {} if layer.shares else layer.op.tensor_shapes(layer.input_shapes)
    missing = [name for name in tensors if name not in own]
    if not missing:
        return
    shown = ", ".join(f"`{name}` of {show_shape(tensors[name])}" for name in missing)
    told = f"`{layer.name}` ({layer.op.notation()})"
    hint = f"state it as well, as `{missing[0]}: 0`"
    if missing == ["bias"]:
        hint += ", or write `bias=false` on its line"
    faults.append(_told(f"{told} takes {shown} besides", place, hint))
