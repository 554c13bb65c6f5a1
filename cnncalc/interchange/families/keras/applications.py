"""Layers that the networks of `keras.applications` bring along.

Source: Keras 3.15, `applications/convnext.py` and `applications/inception_resnet_v2.py`.
"""

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops.activation import Identity, Scale, Times
from cnncalc.ops.merge import Add


@keras("LayerScale")
def layer_scale(use: Use) -> Tensor:
    """`scale`."""
    x = use.x
    if x.first and len(x.shape) > 1:
        use.refuse("it scales the last axis, and the channels are the first", code="E713")
    if use.whole("projection_dim") != x.own[0]:
        use.refuse(f"it has {use.whole('projection_dim')} factors, its input {x.own[0]} channels")
    return use.ours(Scale, x)


@keras("StochasticDepth")
def stochastic_depth(use: Use) -> Tensor:
    """`identity`."""
    return use.ours(Identity, use.x)


@keras("CustomScaleLayer")
def scaled_sum(use: Use) -> Tensor:
    """The first of two tensors, and the second times a factor: `times` and `add`."""
    if len(use.tensors) != 2:
        use.refuse(f"it takes two tensors, it has {len(use.tensors)}")
    first, second = use.tensors
    scaled = use.ours(Times, second, label="times", factor=use.number("scale"))
    return use.ours(Add, first, scaled)
