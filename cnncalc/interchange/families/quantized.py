"""Integer forms of layers.

Source: ONNX operators QLinearConv 10, ConvInteger 10, QLinearMatMul 21, MatMulInteger 10,
QuantizeLinear 21. `analysis.conventions` says what counts of them.
"""

from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.made import Made, foreign, reads
from cnncalc.interchange.terms.standing import on_places

_SAME = {
    "QLinearConv": ("Conv", (0, 3, 8)),
    "ConvInteger": ("Conv", (0, 1)),
    "QLinearMatMul": ("Linear", (0, 3)),
    "MatMulInteger": ("Linear", (0, 1)),
}
"""The operator that each is on numbers, and which of its inputs that reads."""


@reads(*_SAME, multiplies=True)
def of_integers(site: Site) -> Made | None:
    """The layer of integers."""
    return on_places(site, *_SAME[site.node.op_type])


@reads("QuantizeLinear", "DequantizeLinear")
def scaled(site: Site) -> Made:
    """From numbers to integers or back."""
    return foreign(site, site.x.shape, elementwise=True, holds=())


@reads("DynamicQuantizeLinear")
def scaled_dynamically(site: Site) -> list[Made]:
    """Integers with the scale and the zero point that suit them."""
    made = foreign(site, site.x.shape, elementwise=True, holds=())
    one = foreign(site, (), holds=())
    return [made, one, one]
