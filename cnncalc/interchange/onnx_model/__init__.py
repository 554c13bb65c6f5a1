"""An ONNX file and what is in it: messages, bounds, tensors, values; no operator is known here."""
