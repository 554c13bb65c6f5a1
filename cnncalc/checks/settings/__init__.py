"""What the project file, the baseline and documents share: places, faults and percentages.

What only one of them says is in `project`, `baseline` or `documents`.
"""
