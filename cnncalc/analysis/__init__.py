"""What can be said of a Graph."""
