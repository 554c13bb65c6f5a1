"""What does nothing at inference: layers of Keras that disturb, and change, what is trained on.

Source: Keras 3.15, `layers/regularization` and `layers/preprocessing/image_preprocessing`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops.activation import Dropout, Identity
from cnncalc.ops.values import LARGEST


@keras("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def dropout(use: Use) -> Tensor:
    """`dropout`."""
    return use.ours(Dropout, use.x, p=use.number("rate"))


@keras(
    "ActivityRegularization", "AlphaDropout", "GaussianDropout", "GaussianNoise",
    "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
    "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur",
    "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization",
    "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear", "RandomTranslation",
    "RandomZoom",
)  # fmt: skip
def nothing(use: Use) -> Tensor:
    """`identity`."""
    return use.ours(Identity, use.x)


@keras("Masking")
def masking(use: Use) -> Tensor:
    """Positions of one value are set to 0."""
    return use.foreign(use.x.shape, use.x, elementwise=True)


@keras("Lambda")
def code(use: Use) -> Tensor:
    """Code that is not run: uncounted where the file says what it gives, else refused."""
    told = use.told
    is_told = isinstance(told, list) and len(use.tensors) == 1
    axes: list[Any] = list(told or ())[1:] if is_told else [None]
    if not all(type(axis) is int and 0 < axis <= LARGEST for axis in axes):
        hint = "use layers of Keras in its place, or export the model to ONNX"
        use.refuse("it holds code, which is not run, and nothing says what it gives", hint, "E713")
    return use.foreign(tuple(axes), use.x, is_counted=False)
