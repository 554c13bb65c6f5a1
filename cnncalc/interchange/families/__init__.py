"""One file a family of ops: what each is in ONNX, read and written, and in PyTorch's source.

Importing this folder fills the tables of `terms`. Operators of ONNX that no op is the same as are
here as well, where their kin are; `contrib` and `quantized` are those of ONNX Runtime and of
integers. How a file is read or written is not here.
"""

from cnncalc.interchange.families import (
    activation,
    affine,
    attention,
    axes,
    blocked,
    blur,
    contrib,
    conv,
    einsum,
    lengths,
    linear,
    merge,
    norm,
    packed,
    pool,
    quantized,
    recurrent,
    reshape,
    sampling,
    select,
    softmax,
    spectrum,
    tokens,
    unpool,
    views,
)

__all__ = [
    "activation",
    "affine",
    "attention",
    "axes",
    "blocked",
    "blur",
    "contrib",
    "conv",
    "einsum",
    "lengths",
    "linear",
    "merge",
    "norm",
    "packed",
    "pool",
    "quantized",
    "recurrent",
    "reshape",
    "sampling",
    "select",
    "softmax",
    "spectrum",
    "tokens",
    "unpool",
    "views",
]
