"""What a cell prints: kept whole while small, cut in the middle and counted when it is not."""

import io
import os


class Capture(io.TextIOBase):
    """A text stream that keeps the first and the last half of its limit.

    Attributes:
        written: characters written since the last `take`.
    """

    encoding = "utf-8"

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.half = limit // 2
        self._reset()

    def _reset(self) -> None:
        self.written = 0
        self._head: list[str] = []
        self._head_size = 0
        self._tail: list[str] = []
        self._tail_size = 0

    def writable(self) -> bool:
        """Return that it can be written to, always."""
        return True

    def write(self, text: str) -> int:
        """Keep `text`, or what there is room for; return its length."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        size = len(text)
        self.written += size
        room = self.half - self._head_size
        if room > 0:
            self._head.append(text[:room])
            self._head_size += len(self._head[-1])
            text = text[room:] if len(text) > room else ""
        if text:
            self._keep_last(text[-self.half :])
        return size

    def _keep_last(self, text: str) -> None:
        self._tail.append(text)
        self._tail_size += len(text)
        if self._tail_size > 4 * self.half or len(self._tail) > 4096:  # noqa: PLR2004
            self._tail = ["".join(self._tail)[-self.half :]]
            self._tail_size = len(self._tail[0])

    def take(self) -> tuple[str, bool]:
        """Return what was written and whether it was cut; start anew."""
        head, tail = "".join(self._head), "".join(self._tail)[-self.half :]
        dropped = self.written - len(head) - len(tail)
        self._reset()
        return join_cut(head, tail, dropped), dropped > 0


def join_cut(head: str, tail: str, dropped: int) -> str:
    """Return head and tail with a line between them that counts what is missing."""
    if not dropped:
        return head + tail
    return f"{head}\n[... {dropped} characters left out ...]\n{tail}"


class Spill:
    """A file without a name that stands at a file descriptor, for what no Python stream sees."""

    def __init__(self, descriptor: int, limit: int) -> None:
        self.half = limit // 2
        self.descriptor = descriptor
        file = os.memfd_create("output", os.MFD_CLOEXEC)
        os.dup2(file, descriptor)
        os.close(file)

    def take(self) -> tuple[str, bool]:
        """Return what was written to the descriptor and whether it was cut; start anew."""
        try:
            size = os.fstat(self.descriptor).st_size
            if not size:
                return "", False
            head = os.pread(self.descriptor, self.half, 0)
            start = max(len(head), size - self.half)
            tail = os.pread(self.descriptor, self.half, start)
            os.ftruncate(self.descriptor, 0)
            os.lseek(self.descriptor, 0, os.SEEK_SET)
        except OSError:  # the student closed it
            return "", False
        dropped = size - len(head) - len(tail)
        text = join_cut(head.decode("utf-8", "replace"), tail.decode("utf-8", "replace"), dropped)
        return text, dropped > 0
