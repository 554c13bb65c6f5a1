"""Values to text: tables, Markdown, LaTeX, CSV, JSON, diagrams, and the formats of findings.

A function here takes a result and gives a string; every table is drawn by `grid.py`. Nothing
here counts, prints, reads files or knows of options: counting belongs to `analysis/`, the rest
to `cli/`.
"""
