"""Holds the engines against each other: the same fleet deployed by each, and everything that then stands, compared."""
