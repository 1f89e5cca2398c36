"""Lays the zygote's heap out so that forking it, and a job's first writes, cost little.

A job writes to few of the pages that it shares with the zygote, but holes left by what was freed
during the imports lie all over the heap, and the C library fills them first: each new object would
then cost the copy of a page, and of the page table of a large page. So the holes are filled, once,
and new objects come to lie together at the end. The heap is then gathered into large pages.
"""

import ctypes

_MADV_COLLAPSE = 25  # since Linux 6.1; older ones refuse it and nothing is lost
_SIZES = (1 << 17, 1 << 16, 1 << 15, 1 << 14, 1 << 13, 1 << 12, 2048)
_SMALL_STEP = 16
_MOST_BLOCKS = 2_000_000


class _Counts(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    )  # fmt: skip


def settle() -> None:
    """Fill the holes and gather the heap; where the C library is another, do nothing."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return
    libc.mallinfo2.restype = _Counts
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    _fill_holes(libc)
    _collapse(libc)


def _fill_holes(libc: ctypes.CDLL) -> None:
    """Allocate, and never free, blocks of falling size until each size comes from the end."""
    libc.malloc_trim(0)
    end = libc.sbrk(0) - libc.mallinfo2().keepcost
    count = 0
    for size in (*_SIZES, *range(2048 - _SMALL_STEP, 8, -_SMALL_STEP)):
        while count < _MOST_BLOCKS:
            block = libc.malloc(size)
            count += 1
            if block is None or block >= end:
                libc.free(block)
                break


def _collapse(libc: ctypes.CDLL) -> None:
    with open("/proc/self/maps") as file:  # noqa: PTH123
        heaps = [line.split()[0] for line in file if line.rstrip().endswith("[heap]")]
    for heap in heaps:
        start, end = (int(address, 16) for address in heap.split("-"))
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)
