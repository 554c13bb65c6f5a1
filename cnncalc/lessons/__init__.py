"""What teaches: single values worked by hand, and properties of layers shown by runs.

The engine gives the numbers; what is worked here is worked a second time, value by value, and held
against it.
"""
