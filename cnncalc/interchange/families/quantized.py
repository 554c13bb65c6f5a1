"""Integer forms of layers. Source: ONNX QLinearConv 10, QLinearMatMul 21, QuantizeLinear 21."""

from cnncalc.interchange.families.conv import weighed
from cnncalc.interchange.families.linear import by_weight
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.made import Made, foreign, reads


def held(value: Value) -> Value:
    """A value whose own tensor counts, whatever its type."""
    if not value.is_static:
        return value
    return value._replace(sources=value.sources or (value.name,))


@reads("QLinearConv", multiplies=True)
def convolution(site: Site) -> Made | None:
    """The convolution of integers; scales and zero points are not trained."""
    bias = site.optional(8)
    return weighed(site, held(site.value(3)), None if bias is None else held(bias))


@reads("ConvInteger", multiplies=True)
def convolution_of_integers(site: Site) -> Made | None:
    """The convolution of integers without scales."""
    return weighed(site, held(site.value(1)), None)


@reads("QLinearMatMul", multiplies=True)
def product(site: Site) -> Made | None:
    """The product of integers."""
    return by_weight(site, held(site.value(3)), None)


@reads("MatMulInteger", multiplies=True)
def product_of_integers(site: Site) -> Made | None:
    """The product of integers without scales."""
    return by_weight(site, held(site.value(1)), None)


@reads("QuantizeLinear", "DequantizeLinear")
def scaled(site: Site) -> Made:
    """From numbers to integers or back; scales and zero points are not trained."""
    return foreign(site, site.x.shape, elementwise=True, holds=())


@reads("DynamicQuantizeLinear")
def scaled_dynamically(site: Site) -> list[Made]:
    """Integers with the scale and the zero point that suit them."""
    made = foreign(site, site.x.shape, elementwise=True, holds=())
    one = foreign(site, (), holds=())
    return [made, one, one]
