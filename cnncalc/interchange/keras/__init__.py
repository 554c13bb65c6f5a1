"""A graph of ours out of a Keras model, by its `config.json`; what a layer is, `families` says."""
