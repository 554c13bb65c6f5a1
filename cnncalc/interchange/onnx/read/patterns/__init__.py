"""Nodes that exporters write for one layer, put together again: `fuse` goes through a graph.

`net` answers what a pattern asks of the nodes around it. What the layer is, a reader of `families`
says, which sees one node.
"""
