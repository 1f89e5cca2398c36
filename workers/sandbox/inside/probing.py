"""Answers questions about the student's namespace: values, results of calls, files."""

import functools
import os
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from workers.sandbox.inside.cells import Alarm, CellRunner
from workers.sandbox.inside.encode import arguments, plain
from workers.sandbox.inside.shell import TimeLimit, describe

FILE_LIMIT = 16 << 20
Emit = Callable[[dict[str, Any]], None]


class Missing(Exception):
    """The notebook does not define a name that was asked for."""


def seed_all(seed: int) -> None:
    """Seed every generator that a notebook is likely to draw from."""
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)  # noqa: NPY002  # the generator that notebooks use
    torch.default_generator.manual_seed(seed & 0x7FFFFFFFFFFFFFFF)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed & 0x7FFFFFFFFFFFFFFF)
    entropy = random.Random(seed)  # noqa: S311
    np.random.bit_generator.randbits = entropy.getrandbits  # type: ignore[attr-defined]


class Prober:
    """Puts questions to one notebook's namespace, in this process.

    A question that hangs or kills the process costs the next ones nothing: the supervisor brings
    the notebook's state back. Forking for each would cost more than most questions.
    """

    def __init__(self, runner: CellRunner, emit: Emit) -> None:
        self.runner = runner
        self.emit = emit

    def ask(self, question: dict[str, Any]) -> None:
        """Put the calls of one probe; emit one answer a call and then that it is over.

        `question` holds the expression, the names that it needs, the author's `before` source,
        the calls, and seconds for all of them together.
        """
        deadline = time.monotonic() + question["seconds"]
        for call in question["calls"]:
            left = deadline - time.monotonic()
            start = time.perf_counter()
            act = functools.partial(self._one, question, call)
            answer = _guarded(self.runner.alarm, left, act)
            answer["seconds"] = round(time.perf_counter() - start, 6)
            self.emit({"answer": answer})
            if answer["outcome"] == "timed_out":
                break
        self.emit({"over": True})

    def _one(self, question: dict[str, Any], call: dict[str, Any]) -> Any:
        """Evaluate the expression and, where a call is asked for, call it."""
        names = self.runner.shell.user_ns
        for name in question["needs"]:
            if name not in names:
                raise Missing(name)
        seed_all(call["seed"])
        scope = dict(names)
        if question["before"]:
            exec(question["before"], scope)  # noqa: S102  # the author's own helper
        value = eval(question["expression"], scope)  # noqa: S307  # written by the author
        if not call["value"]:
            value = value(*arguments(call["args"]), **arguments(call["named"]))
        return plain(value)


def _guarded(alarm: Alarm, seconds: float, act: Callable[[], Any]) -> dict[str, Any]:
    """Return what `act` gave, or what stopped it, as a plain answer."""
    try:
        with alarm.after(seconds):
            return {"outcome": "ok", "output": act(), "error": None}
    except Missing as error:
        return {"outcome": "not_defined", "output": None, "error": _missing(str(error))}
    except TimeLimit:
        return {"outcome": "timed_out", "output": None, "error": None}
    except MemoryError as error:
        return {"outcome": "out_of_memory", "output": None, "error": describe(error)}
    except BaseException as error:  # noqa: BLE001  # whatever the student's function raises
        return {"outcome": "raised", "output": None, "error": describe(error)}


def _missing(name: str) -> dict[str, Any]:
    return {"name": "NameError", "message": f"{name} is not defined", "line": None, "source": ""}


def read_file(path: str) -> dict[str, Any]:
    """Return the bytes of a regular file below the work folder, or that there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        missing = {"name": "FileNotFoundError", "message": message, "line": None, "source": ""}
        return {"outcome": "not_defined", "output": None, "error": missing}
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(FILE_LIMIT)
    return {"outcome": "ok", "output": data, "error": None}
