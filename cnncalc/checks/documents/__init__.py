"""Numbers in documents that stay true: found by their marks, compared with a count, rewritten.

A mark is a pair of comments, which Markdown and HTML do not show:
`<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->4.09 G<!-- /cnncalc -->`. `marks` finds the
marked numbers of a text, `networks` counts what each should say, `hold` says which are stale and
corrects them. Which files are documents, and writing them, is the command's.
"""
