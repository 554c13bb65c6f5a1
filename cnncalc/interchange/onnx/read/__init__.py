"""A graph of ours out of an ONNX model; what one operator is, `operators` says."""
