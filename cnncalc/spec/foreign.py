"""What is written as other tools have it, and how the same is written here.

Only a fault asks: no file means these words.
"""

import re
from collections.abc import Iterable, Mapping

from cnncalc.diagnostics import Remedy, Span, rename
from cnncalc.ops import OPS
from cnncalc.spec.bounds import Faults
from cnncalc.spec.names import KEYWORDS, MERGES, split_kernel

ALIASES: Mapping[str, str] = {
    "avgpooling": "avgpool", "averagepool": "avgpool", "averagepooling": "avgpool",
    "maxpooling": "maxpool", "gap": "globalavgpool", "globalaveragepool": "globalavgpool",
    "globalaveragepooling": "globalavgpool", "globalmaxpooling": "globalmaxpool",
    "batchnorm": "bn", "batchnormalization": "bn", "layernormalization": "layer_norm",
    "localresponsenorm": "lrn", "dense": "linear", "fc": "linear", "fullyconnected": "linear",
    "convolution": "conv", "convtranspose": "upconv", "convtransposed": "upconv",
    "deconv": "upconv", "depthwise": "dwconv", "depthwiseconv": "dwconv",
    "zeropad": "pad", "zeropadding": "pad", "hswish": "hardswish", "leaky": "leaky_relu",
    "swish": "silu", "upsampling": "upsample", "mha": "attention", "selfattention": "attention",
    "multiheadattention": "attention", "view": "flatten",
}  # fmt: skip
"""What other tools call our ops, in lower case, without `_` and their number of axes."""

KEYS: Mapping[str, str] = {
    "variables": "vars", "params": "vars", "parameters": "vars", "hyperparameters": "vars",
    "input_shape": "input", "input_size": "input", "shape": "input", "network": "layers",
    "model": "layers", "body": "layers", "architecture": "layers", "modules": "blocks",
    "title": "name", "limits": "budget", "assert": "expect", "expected": "expect",
}  # fmt: skip
"""What the keys of a spec may be called elsewhere."""

BOOLEANS: Mapping[str, str] = {"no": "false", "off": "false", "yes": "true", "on": "true"}
"""Words of YAML 1.1, which are words and nothing else since YAML 1.2."""

_KERNELS = {"conv", "dwconv", "upconv", "maxpool", "avgpool"}
"""Ops whose kernel everyone writes."""


def suggest_head(head: str, known: Iterable[str], faults: Faults, span: Span) -> Remedy | None:
    """The head that a misspelt one means: by case, by other tools' words, by its letters."""
    name, kernel = split_kernel(head.lower())
    found = _op_of(name)
    if found is not None:
        if found in _KERNELS:
            # A kernel that is not written is a guess, and no edit.
            place = span if kernel else None
            return rename(head, f"{found}{kernel or '3x3'}", place, is_sure=True)
        return rename(head, found, span, is_sure=True)
    if (meant := _of_module(head)) is not None:
        return f"did you mean `{meant}`?"
    likely = [word for word in known if word not in KEYWORDS - MERGES]
    near = faults.closest(head, likely)
    if near is None and kernel:
        near = faults.closest(name, [op for op in OPS if OPS[op].on_head])
        near = near and near + kernel
    return rename(head, near, span) if near else None


def _op_of(name: str) -> str | None:
    """The op that a word in lower case means, but for `_`, or in the words of other tools."""
    plain = name.replace("_", "")
    ops = {op.replace("_", ""): op for op in OPS}
    for other, op in ALIASES.items():
        ops.setdefault(other, op)
    return ops.get(plain)


def _of_module(head: str) -> str | None:
    """What a class of PyTorch or Keras is here, called or not: `nn.BatchNorm2d(16)`."""
    name = head.partition("(")[0].rpartition(".")[2].lower()
    axes = name[-2] if re.search("[1-3]d$", name) else "2"
    word = name.removesuffix(f"{axes}d").rstrip("_")
    found = _op_of(word)
    if found is None or word == head:
        return None
    return found + "x".join("3" * int(axes)) if found in _KERNELS else found
