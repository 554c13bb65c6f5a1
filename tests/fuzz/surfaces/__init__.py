"""Surfaces that a stranger reaches, each with a maker of hostile data and a trial of it."""
