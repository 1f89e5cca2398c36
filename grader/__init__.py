"""The core of the homework grader: what is written, collected, judged and scored."""

__version__ = "0.1.0"
