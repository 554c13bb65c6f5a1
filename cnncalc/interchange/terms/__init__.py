"""What a row of `families` is written in: layers made of nodes, nodes made of layers, calls.

`made` has the table of readers of ONNX, `draft` that of its writers, `call` that of the modules of
PyTorch; `onnx_ops` are layers that the spec language has no op for. No operator is known here.
"""
