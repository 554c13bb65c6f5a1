"""Which stored tensors stand behind what a node reads, and so are the layer's own."""

from math import prod

from cnncalc.interchange.onnx_model.tensors import FLOATS, SMALL, is_scale
from cnncalc.interchange.onnx_model.values import Site, Value


def weight_names(value: Value | None) -> tuple[str, ...]:
    """The tensors behind a value that stands where weights stand: a constant is itself one."""
    if value is None or not value.is_static:
        return ()
    return value.sources or ((value.name,) if value.is_stored and prod(value.shape) > 1 else ())


def bias_names(bias: Value | None) -> tuple[str, ...]:
    """The tensors behind a bias; one of zeros that no initializer holds is none."""
    if bias is None or not bias.is_static:
        return ()
    if bias.sources or not bias.is_stored:
        return bias.sources
    return (bias.name,) if prod(bias.shape) and is_set(bias) else ()


def is_set(value: Value) -> bool:
    """Whether values may be other than zero."""
    return value.numbers is None or any(value.numbers)


def held_by(site: Site) -> tuple[str, ...]:
    """The tensors that an operator holds of which nothing is known but its inputs."""
    starts = (
        tuple(id(value) for value in site.values[5:7])
        if site.node.op_type in {"LSTM", "GRU", "RNN"}
        else ()
    )
    weights = (
        value
        for value in site.static
        if (value.sources or is_quantized(value) or _is_float(value))
        and (id(value) not in starts or is_set(value))
    )
    return tuple(name for value in weights for name in bias_names(value))


def is_quantized(value: Value) -> bool:
    """Whether a stored tensor may be weights as small integers, by its type and its name.

    Wider integers are places, sizes and axes; one number alone is a setting.
    """
    return value.dtype in SMALL and prod(value.shape) > 1 and not is_scale(value.name)


def _is_float(value: Value) -> bool:
    return value.dtype in FLOATS and not is_scale(value.name)


def held(value: Value) -> Value:
    """A value that stands where weights stand: its own tensor counts, whatever its type."""
    if not value.is_static:
        return value
    return value._replace(sources=value.sources or (value.name,))
