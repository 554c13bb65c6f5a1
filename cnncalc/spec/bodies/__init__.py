"""Bodies: located nodes to layers, every head resolved and every call bound.

`reader` holds the names and the faults; `lines` reads a layer on one line, `mappings` what a key
opens, `branches` merges, repeats and choices; `read` puts them together. Nothing is evaluated.
"""
