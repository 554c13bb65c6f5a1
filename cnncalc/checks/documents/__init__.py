"""Numbers in documents that stay true: found by their marks, held against a count, rewritten.

A mark is a pair of comments, which Markdown and HTML do not show:
`<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->4.09 G<!-- /cnncalc -->`.

`marks` finds the marked numbers of a text, `figures` tells what each should say, `hold` says which
are stale and mends them.
"""
