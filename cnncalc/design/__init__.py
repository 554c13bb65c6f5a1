"""Designs: one network at many values of its variables and of its input.

`base.py` is the network, and what may be moved in it; `axes.py` the values that are asked for;
`conditions.py` what a design must fulfil; `figures.py` the numbers that it has; `polynomial.py`
numbers as exact polynomials in what is moved.
"""
