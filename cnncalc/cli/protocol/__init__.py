"""The language server protocol: what an editor asks, and the records of it.

What is answered stands in `cnncalc/editor/`; here positions and records are converted, and it is
decided when a text is read. `pygls` is imported here alone.
"""
