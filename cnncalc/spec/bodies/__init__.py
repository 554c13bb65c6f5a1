"""Bodies: located nodes to layers, every head resolved and every call bound.

`lines` has the reader, which holds the names and the faults, and reads a layer on one line;
`mappings` reads what a key opens; `read` puts them together. Nothing is evaluated.
"""
