"""The largest or smallest values of a design that keep limits, each verified by its network.

`asked.py` is the question as people write it, `trials.py` evaluates designs, `line.py` searches
one variable, `spread.py` several, and `answer.py` is what is found.
"""
