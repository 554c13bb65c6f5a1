"""PyTorch's operators as nodes of ONNX: what a module ran, for the one reader of graphs.

`call` has what was run as values, `writer` the table of operators, `model` the whole; nothing here
needs PyTorch.
"""
