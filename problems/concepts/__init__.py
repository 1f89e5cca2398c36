"""Questions answered in a few sentences."""
