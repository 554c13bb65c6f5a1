"""ONNX in and out: `read` makes a graph of a model, `write` a model of a graph.

The file itself is `onnx_model`'s, what single operators are stands in `families`.
"""
