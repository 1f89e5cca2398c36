"""Stand-in for tqdm: goes through what it is given and draws no bar."""

from collections.abc import Iterable, Iterator
from typing import Any


class tqdm:  # noqa: N801  # its name in the library
    """An iterable that counts."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_: Any, **options: Any) -> None:
        self.iterable = () if iterable is None else iterable
        self.total = options.get("total")
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return self.total if self.total is not None else len(self.iterable)  # type: ignore[arg-type]

    def __enter__(self) -> "tqdm":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(self, n: float = 1) -> None:
        """Count."""
        self.n += int(n)

    def close(self) -> None:
        """Do nothing: no bar is drawn."""

    def set_description(self, *_: Any, **__: Any) -> None:
        """Do nothing: no bar is drawn."""

    set_postfix = set_postfix_str = set_description_str = refresh = reset = set_description

    @staticmethod
    def write(text: str, **_: Any) -> None:
        """Print."""
        print(text)  # noqa: T201  # what the library does


def trange(*bounds: int, **options: Any) -> tqdm:
    """A `tqdm` over a range."""
    return tqdm(range(*bounds), **options)


tqdm_notebook = tqdm
tnrange = trange
