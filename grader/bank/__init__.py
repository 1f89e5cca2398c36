"""Banks: problems loaded from a package, a folder or a stored bundle, all by the same path."""
