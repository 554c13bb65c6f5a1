"""A whole file: located nodes to a `Spec`.

`top` is the mapping at the top and what is asked of it; `values`, `definitions`, `inputs` and
`heads` read its parts, `variants` what is laid over them; `read` puts them together.
"""
