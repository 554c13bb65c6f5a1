"""W603: a bias that the normalisation after it cancels."""

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.graph import Layer
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.norm import BatchNorm, InstanceNorm


def _check(subject: Subject) -> Marks:
    for layer in subject.of_kind(Conv, DepthwiseConv, TransposedConv, Linear):
        if layer.op.has_bias and (norm := _normalised_by(subject, layer)):
            biases = layer.output_shape[0]
            count = f"{biases:,} parameters" if biases > 1 else "1 parameter"
            message = f"`{norm.name}` cancels the bias: {count} without effect"
            yield subject.mark(layer, message, subject.argument(layer, "bias", "false"), "bias")


def _normalised_by(subject: Subject, layer: Layer) -> Layer | None:
    """The normalisation that follows, when nothing but normalisations do."""
    found: Layer | None = None
    pending = [layer.name]
    while pending:
        tensor = pending.pop()
        if tensor in subject.outputs or tensor not in subject.readers:
            return None
        for reader in subject.readers[tensor]:
            op = reader.op
            if isinstance(op, BatchNorm | InstanceNorm):
                found = found or reader
            elif op.keeps_constants(reader.input_shapes):
                pending.append(reader.name)
            else:
                return None
    return found


RULE = Rule(
    "W603",
    finds="""A bias is followed by a normalisation that cancels it.

All that reads the convolution or dense layer is `bn` or `instance_norm`, which subtract the mean
of each channel. Pooling, cropping, upsampling and flattening between the two change nothing about
that. `layer_norm` and `group_norm` mix channels: a bias before them has an effect.""",
    because="""One parameter for each channel is trained, stored and counted without any effect;
the shift that is wanted is the normalisation's own (Ioffe & Szegedy 2015, section 3.2).""",
    example="""\
  name: Bias before normalisation
  input: 3x32x32
  layers:
-   - conv3x3 16 padding=1
+   - conv3x3 16 padding=1 bias=false
    - bn
    - relu
""",
    network=_check,
)
