"""Processes that grade: tasks, the sandbox for notebooks, and GPU runs."""
