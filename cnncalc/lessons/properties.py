"""The properties that can be demonstrated, by their names."""

PROPERTIES = {
    "sharing": "parameters as they are, locally connected and dense; what one weight moves",
    "sparsity": "which inputs move an output",
    "shift": "equivariance and invariance, with and without padding and pooling",
    "dense-equivalent": "the matrix that gives the same output",
    "receptive-field": "the field as it is computed and as it is seen",
}
OF_ONE = ("sharing", "dense-equivalent")
"""What is shown of a named layer alone; the others, of the network up to it."""
