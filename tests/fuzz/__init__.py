"""Specs that mean harm: attacks that are kept, and a harness that makes up new ones."""
