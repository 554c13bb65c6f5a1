"""What a change does to networks: every spec before and after, without a stored file.

`records` has what is said of it, `compare` finds it, `limits` holds it to what the project allows.
Where the specs of before come from is the command's.
"""
