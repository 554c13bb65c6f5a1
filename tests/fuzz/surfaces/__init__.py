"""What strangers and mistaken hands can reach: one file a surface."""
