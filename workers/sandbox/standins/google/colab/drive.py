"""Mounting a drive is passed over."""


def mount(path: str = "", *_: object, **__: object) -> None:
    """Say that nothing was mounted."""
    print(f"Mounting {path} is passed over while a notebook is graded.")  # noqa: T201


def flush_and_unmount(*_: object, **__: object) -> None:
    """Do nothing: nothing is mounted."""
