"""Remedies that are edits, applied: the same in `check --fix` and in an editor.

`edits` makes a text of a text, `safety` says which remedies leave the network as it is meant, and
`mend` applies those of a spec and holds each against a check of what comes out. Which files are
mended, and writing them, is the command's.
"""
