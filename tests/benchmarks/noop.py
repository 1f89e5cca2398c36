"""Bare Celery for comparison: the same broker, the same settings, a task that does nothing."""

from grader.queue import create_celery
from grader.settings import Settings

app = create_celery(Settings.from_env(), publishes_only=False)
NOOP = "noop"


@app.task(name=NOOP)
def noop(_number: int) -> None:
    """Do nothing."""
