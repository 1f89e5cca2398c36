from tests.workers.fixtures import sandbox

__all__ = ["sandbox"]
