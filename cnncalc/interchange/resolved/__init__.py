"""Graphs as specs with every block, repeat and condition put in; `write` makes the text.

`tree` is what stands in a group, `labels` what it is called, `lines` how that is written, `facts`
what a spec states of its network.
"""
