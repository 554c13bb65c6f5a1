"""Every op with its cases: what the laws of all ops draw, count by, and compare with."""
