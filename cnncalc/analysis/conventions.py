"""What each number means. Said here once, and printed with the numbers."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cnncalc.diagnostics import did_you_mean
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.bits import Precision

BYTES_PER_VALUE: Mapping[str, int] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int8": 1,
}
"""The size of one value of each type that weights and activations may have."""

OTHER_SPELLINGS: Mapping[str, str] = {
    "double": "float64", "fp64": "float64", "f64": "float64",
    "single": "float32", "float": "float32", "fp32": "float32", "f32": "float32",
    "half": "float16", "fp16": "float16", "f16": "float16",
    "bf16": "bfloat16",
    "i8": "int8", "s8": "int8",
}  # fmt: skip
"""How the same types are written elsewhere."""

OPTIMIZER_STATES: Mapping[str, int] = {
    "sgd": 0,
    "momentum": 1,
    "rmsprop": 1,
    "adam": 2,
    "adamw": 2,
}
"""Values that an optimizer keeps for each parameter."""


OF_MODELS: Mapping[str, str] = {
    "quantized": "weights count by the values that they stand for, whatever their type and "
    "packing; scales and zero points are no parameters; channels with which a runtime has filled "
    "blocks up count as the file has them",
    "einsum": "tensors two by two from the left, each time the product of the lengths of all axes "
    "that are multiplied along; what only one of them has is summed before, and nothing counts "
    "where nothing is summed",
    "DFT": "n * ceil(log2 n) MACs for n real numbers and twice as many for complex ones, as by a "
    "fast transform; a window is no parameter and counts nothing",
    "sampling": "values read between places (grid_sample, upsample) count nothing; a deformable "
    "convolution counts as an ordinary one",
}
"""What else counts in models, which the spec language has no op for."""


OF_BITS: Mapping[str, str] = {
    "bits": "w8a8: the weights of layers that have MACs take 8 bits a value, what layers compute "
    "on and give takes 8; biases, normalisation and buffers take 32, b16 after it says otherwise; "
    "each tensor of one example is rounded up to whole bytes, as formats store it",
    "quantized bytes": "a quantised ONNX model has the bits of its file, unless --dtype or --bits "
    "is given: a tensor between QuantizeLinear and DequantizeLinear has those of its integers, "
    "and both nodes are part of it",
}
"""What bits mean where they are said one by one.

Sources: Jacob et al., CVPR 2018, section 2.4, and TensorFlow Lite's 8-bit quantization
specification: biases are int32, as accumulators are. ONNX, `TensorProto.raw_data`: the 4-bit
values of a tensor are packed two to a byte, and its last byte is filled up.
"""


OF_TRAINING = (
    "bits are those of a network that is used; while it is trained for them, values are rounded "
    "but kept as floats (Jacob et al., CVPR 2018, section 3)"
)
"""Why a training step is not counted in bits."""


OF_PRECISIONS: Mapping[str, str] = {
    "": "",
    "labels": "; BOPs = MACs x bits of weights x bits of activations; biases, normalisation "
    "and buffers take 32 bits unless `b` says otherwise",
    "kinds": "; BOPs = MACs x bits of weights x bits of activations",
    "file": "; bits are those of the file (--dtype and --bits say others); BOPs = MACs x bits of "
    "weights x bits of activations",
}
"""What a footer says of bits."""


def dtype_meant(name: str, known: Iterable[str] = BYTES_PER_VALUE) -> str | None:
    """The type that another spelling means: `float16` for `fp16` and `torch.float16`; else None.

    Example:
        >>> dtype_meant("FP16"), dtype_meant("torch.int8"), dtype_meant("float16")
        ('float16', 'int8', None)
    """
    plain = name.strip().lower().rpartition(".")[2]
    meant = OTHER_SPELLINGS.get(plain, plain)
    return meant if meant in known and meant != name else None


class Basis(Record):
    """How a network is counted, where its spec does not say it.

    Attributes:
        dtype: the type of every value.
        batch: examples at once.
        optimizer: that of a training step.
        trains: whether a summary counts a training step as well.
        auxiliary: whether to count heads that are used in training only.
        inplace: whether element-wise layers overwrite their input where nobody else reads it.
        precision: the bits of each layer's tensors, in the place of the type of every value.
        is_typed: whether the type was asked for, so that it stands for what a model's file has.
    """

    dtype: str = "float32"
    batch: int = 1
    optimizer: str = "adam"
    trains: bool = False
    auxiliary: bool = False
    inplace: bool = True
    precision: "Precision | None" = None
    is_typed: bool = False

    @property
    def value_bytes(self) -> int:
        """The bytes of one value, where all are alike: `measures.widths_of` knows."""
        return BYTES_PER_VALUE[self.dtype]

    def with_training(self, optimizer: str | None) -> "Basis":
        """The same with a training step, where an optimizer is named."""
        if optimizer is None:
            return self
        return self._replace(optimizer=optimizer, trains=True)

    def check(self) -> None:
        """Refuse what cannot be counted.

        Raises:
            ValueError: the batch is below 1, the dtype or optimizer is not known, or a training
                step is asked for in bits.
        """
        if type(self.batch) is not int or self.batch < 1:
            raise ValueError(f"a batch has 1 example or more, not {self.batch}")
        kinds = (
            ("dtype", self.dtype, BYTES_PER_VALUE),
            ("optimizer", self.optimizer, OPTIMIZER_STATES),
        )
        if self.trains and self.precision is not None and not self.precision.of_kinds:
            raise ValueError(f"{OF_TRAINING}: give a dtype, not bits")
        for kind, name, known in kinds:
            if name not in known:
                meant = dtype_meant(str(name), known) if kind == "dtype" else None
                hint = f"write `{meant}`" if meant else did_you_mean(name, known)
                hint = hint or f"one of {', '.join(known)}"
                raise ValueError(f"there is no {kind} {name!r}: {hint}")


def footer(others: Iterable[str] = (), *, has_products: bool = False, bits: str = "") -> str:
    """The conventions behind every summary, in one line.

    Args:
        others: what multiplies in a model beside layers of the spec language.
        has_products: whether activations are multiplied with activations.
        bits: whose the bits of values are, where they are not alike: a key of `OF_PRECISIONS`.
    """
    layers = ", ".join(("conv", *others))
    products = (
        "products of activations (attention, matmul) are product MACs, not MACs; "
        if has_products
        else ""
    )
    return (
        f"MACs of {layers} and linear layers, padding counted, bias not; {products}"
        "FLOPs = 2 x MACs; buffers are no parameters; flatten and dropout store nothing"
        f"{OF_PRECISIONS[bits]}."
    )
