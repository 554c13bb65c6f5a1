"""PyTorch in and out: `read` takes a module as a graph, `write` makes source of a graph.

The rest is the writing of classes: `form` says which groups share one, `writer` makes its code.
What a single op is in PyTorch stands in `families`.
"""
