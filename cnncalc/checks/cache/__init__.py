"""Results of checks, kept for the next run: of a file that has not changed, nothing is new.

What is kept is JSON, which is read and never run. It lies outside of every repository: whoever
wrote one that is checked cannot have put it there. `checks/cache/key.py` has all that a result
follows from, `checks/cache/records.py` what it is, `checks/cache/folder.py` where it lies.
"""
