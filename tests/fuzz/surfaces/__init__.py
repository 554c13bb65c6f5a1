"""What strangers may send, one kind of file a module: `make` one, and `attempt` it."""
