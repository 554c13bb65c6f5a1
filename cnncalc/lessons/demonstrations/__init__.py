"""Properties of convolutional layers, each shown by a run: one a file."""
