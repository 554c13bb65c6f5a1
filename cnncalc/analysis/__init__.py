"""What can be said of a `Graph` by counting: costs, memory, receptive fields, differences.

A module here takes graphs and gives records. It runs no network (`engine`), holds nothing against
what is stated (`checks`) and draws nothing (`render`); a number's convention is in `conventions`.
"""
