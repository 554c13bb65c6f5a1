"""The difference of two networks as text: a table, Markdown or JSON, and what these share.

Which layers differ is decided in `analysis/`; here it is decided which of them are shown, and
which become one line.
"""
