"""Uploads and downloads are passed over."""


def upload(*_: object, **__: object) -> dict[str, bytes]:
    """Return that nothing was chosen."""
    return {}


def download(*_: object, **__: object) -> None:
    """Do nothing: there is no browser."""
