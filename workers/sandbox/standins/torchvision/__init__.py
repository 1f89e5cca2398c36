"""Stand-in for torchvision: what the course's notebooks use of it, for machines without a build."""

from . import datasets, transforms, utils

__version__ = "0"
__all__ = ["datasets", "transforms", "utils"]
