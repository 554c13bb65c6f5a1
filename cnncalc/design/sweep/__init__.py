"""Designs in bulk: every point of a space, evaluated on any executor.

`space.py` is which designs there are, `evaluate.py` the numbers of a batch of them, `engine.py`
who works on which batch, `columns.py` where the numbers are put, `journal.py` the file from which
a run goes on, `select.py` which designs are kept, and `result.py` all of it as one value.
"""
