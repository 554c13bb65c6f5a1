"""A whole file: located nodes to a `Spec`.

`top` is the mapping at the top and what is asked of it; `definitions` and `heads` read its parts;
`read` puts them together, and reads what variants lay over them. What stands in a body is for
`spec.bodies`; nothing here is evaluated but the values of variables.
"""
