"""What each metric counts, in the words that programs hand on with a finding."""

from collections.abc import Mapping

METRIC_CONVENTIONS: Mapping[str, str] = {
    "parameters": "trainable values: weights and biases",
    "weights": "trainable values but for the biases",
    "biases": "trainable values that are added",
    "buffers": "values that are kept but not trained: running means and variances",
    "macs": "multiply-accumulates of convolutions, transposed convolutions and dense layers; taps "
    "on padding count; biases, normalisation, activation and pooling do not",
    "flops": "2 x macs",
    "weight_bytes": "bytes of parameters and buffers",
    "activation_bytes": "bytes of every layer's output, once; flatten and dropout store nothing",
    "peak_activation_bytes": "bytes of the largest sum of tensors alive at once, in execution "
    "order; an element-wise layer whose input nobody else reads works in place",
    "training_bytes": "bytes of weights, gradients, the optimizer's state and the activations "
    "kept for backward",
    "receptive_field": "values of the input that one value sees, along each axis",
    "depth": "layers with weights on the longest path",
    "output": "shape of the output for one example, channels first",
    "share": "part of the network's parameters, in percent",
}
"""For every metric one line, without a full stop."""
