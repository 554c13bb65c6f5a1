"""A Spec's bodies walked: blocks put in, repeats unrolled, shapes known layer by layer.

`state` holds what one expansion knows, `scope` what surrounds a layer; a room each for what flows
(`flow`), calls of blocks and variables (`calls`), and layers (`layers`); `run` puts them together.
Nothing here reads YAML, and nothing counts.
"""
