"""What the project file and the baseline share: a text with its places, its faults, percentages.

What only one of the two says is in `project` or `baseline`.
"""
