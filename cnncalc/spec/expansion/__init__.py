"""A Spec's bodies walked: blocks put in, repeats unrolled, shapes known layer by layer.

`state` holds what one expansion knows, `scope` what surrounds a layer; a room each for what flows
(`flow`) and for calls of ops, blocks and variables (`calls`); `run` puts them together.
Nothing here reads YAML, and nothing counts.
"""
