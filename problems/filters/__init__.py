"""Filters designed by what they do to an image."""
