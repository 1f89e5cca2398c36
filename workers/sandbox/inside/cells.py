"""One cell: run, timed, captured, and described as a plain record."""

import base64
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from workers.sandbox.inside import usage
from workers.sandbox.inside.capture import Capture, Spill
from workers.sandbox.inside.shell import NotebookShell, TimeLimit, describe

STREAM_LIMIT = 200_000
TEXT_LIMIT = 200_000
PICTURE_LIMIT = 4 << 20
CELL_LIMIT = 12 << 20
MAX_OUTPUTS = 60
MAX_PIXELS = 40_000_000
_AGAIN_SECONDS = 0.25
_PNG_SIZE = slice(16, 24)
_BINARY = ("image/png", "image/jpeg")
_TEXT = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "text/plain")


class Alarm:
    """Raises `TimeLimit` in the student's code when its time is up, and again until it stops."""

    def __init__(self) -> None:
        self._armed = False

    def install(self) -> None:
        """Take the signal; what the student does with it later is theirs to regret."""
        signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, *_: object) -> None:
        if self._armed:
            raise TimeLimit

    @contextmanager
    def after(self, seconds: float) -> Iterator[None]:
        """Run the block with an alarm `seconds` from now."""
        self._armed = True
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), _AGAIN_SECONDS)
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)


class CellRunner:
    """Runs the cells of one notebook in one namespace."""

    def __init__(self, shell: NotebookShell) -> None:
        self.shell = shell
        self.alarm = Alarm()
        self.streams = (Capture(STREAM_LIMIT), Capture(STREAM_LIMIT))
        self.base_kb = 0
        self.spills: tuple[Spill, Spill] | None = None

    def open(self) -> None:
        """Take over the streams and the clock of this process."""
        self.spills = (Spill(1, STREAM_LIMIT), Spill(2, STREAM_LIMIT))
        sys.stdout, sys.stderr = self.streams
        sys.__stdout__, sys.__stderr__ = self.streams  # type: ignore[misc,assignment]
        self.alarm.install()

    def weigh(self) -> None:
        """Take the memory that is held now for that of the empty notebook."""
        self.base_kb = usage.private_kb("self")

    def run(self, index: int, source: str, seconds: float) -> dict[str, Any]:
        """Run one cell; return its record as plain values, `source` left out."""
        shell = self.shell
        shell.displayed, shell.notes = [], []
        start = time.perf_counter()
        error = self._execute(source, seconds)
        took = time.perf_counter() - start
        outputs, cut = _outputs(shell.displayed)
        texts, cut_texts = self._printed()
        return {
            "index": index,
            "outcome": _outcome(error),
            "seconds": round(took, 6),
            "memory_mb": round(max(0, usage.private_kb("self") - self.base_kb) / 1024, 1),
            "stdout": texts[0],
            "stderr": texts[1],
            "error": None if error is None else describe(error),
            "outputs": outputs,
            "truncated": cut or cut_texts,
            "notes": list(shell.notes),
        }

    def _execute(self, source: str, seconds: float) -> BaseException | None:
        """Run the source; return what stopped it."""
        try:
            with self.alarm.after(seconds):
                result = self.shell.execute(source)
        except (TimeLimit, SystemExit, KeyboardInterrupt) as error:
            return error
        except BaseException as error:  # noqa: BLE001  # whatever the student's hooks raise
            return error
        return result

    def _printed(self) -> tuple[list[str], bool]:
        """Return what both streams got, from Python and from below it, and whether any was cut."""
        texts, cut = [], False
        for stream, spill in zip(self.streams, self.spills or (), strict=True):
            text, cut_stream = stream.take()
            below, cut_below = spill.take()
            texts.append(text + below)
            cut = cut or cut_stream or cut_below
        return texts, cut


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    if isinstance(error, TimeLimit):
        return "timed_out"
    if isinstance(error, MemoryError) or _is_gpu_memory(error):
        return "gpu_out_of_memory" if _is_gpu_memory(error) else "out_of_memory"
    if isinstance(error, RuntimeError) and "can't allocate memory" in str(error):
        return "out_of_memory"  # torch's allocator for the CPU
    return "raised"


def _is_gpu_memory(error: BaseException) -> bool:
    return type(error).__name__ == "OutOfMemoryError" and "CUDA" in str(error)


def _outputs(displayed: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """Return rich outputs as plain records and whether any had to be left out."""
    kept: list[dict[str, Any]] = []
    room, cut = CELL_LIMIT, False
    for bundle in displayed:
        for mime in (*_BINARY, *_TEXT):
            if mime not in bundle:
                continue
            output = _output(mime, bundle[mime])
            size = 0 if output is None else len(output["data"] or output["text"])
            if output is None or size > room or len(kept) >= MAX_OUTPUTS:
                cut = True
                continue
            room -= size
            kept.append(output)
    return kept, cut


def _output(mime: str, content: Any) -> dict[str, Any] | None:
    """Return one output, or None where it is too large or not what it says."""
    if mime in _BINARY:
        data = base64.b64decode(content) if isinstance(content, str) else bytes(content)
        if len(data) > PICTURE_LIMIT or (mime == "image/png" and _pixels(data) > MAX_PIXELS):
            return None
        return {"mime": mime, "text": None, "data": data}
    text = str(content)
    if len(text) > TEXT_LIMIT:
        half = TEXT_LIMIT // 2
        dropped = len(text) - 2 * half
        text = f"{text[:half]}\n[... {dropped} characters left out ...]\n{text[-half:]}"
    return {"mime": mime, "text": text, "data": None}


def _pixels(png: bytes) -> int:
    size = png[_PNG_SIZE]
    return int.from_bytes(size[:4], "big") * int.from_bytes(size[4:], "big")
