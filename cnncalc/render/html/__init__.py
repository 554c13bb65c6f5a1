"""Values as HTML for notebooks: static, without script, and right in whatever shows it.

Jupyter and VS Code show it by their own style, light or dark; GitHub takes every style away. So a
table is plain HTML that reads well by itself: a head, aligned columns, words in place of colours.
What style there is stands on the elements, names no class that a page may have, and takes its
colours from the text around it. What is shown is bounded, however large the network.
"""
