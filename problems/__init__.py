"""The shipped bank of problems: one module a problem, its statement beside it, by topic."""
