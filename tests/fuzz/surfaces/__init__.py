"""What a stranger can reach: for each kind of file a maker of hostile ones, and what must hold."""
