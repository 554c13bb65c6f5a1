"""What does nothing at inference: layers of Keras that disturb, and change, what is trained on.

Source: Keras 3.15, `layers/regularization` and `layers/preprocessing/image_preprocessing`.
"""

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops.activation import Dropout, Identity


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
