"""One notebook in the sandbox: its cells in order, then questions, whatever the cells do.

What dies or hangs is killed, and the session goes on from a state in which all that the earlier
cells defined is still there: from a paused copy of the process, left behind before expensive work
is put at risk, or, where there is none, by running the earlier cells again in a new process.
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.errors import TransientError
from grader.evidence import Cell, CellError, CellOutput, CellRecord
from grader.evidence.values import Opaque
from grader.report import Outcome
from workers.sandbox.settings import RunLimits, Supplies
from workers.sandbox.supervisor import Job, JobDied, JobStuck, Sandbox

_GRACE_SECONDS = 1.0
_START_SECONDS = 20.0
_MARK_SECONDS = 5.0
_MARK_AFTER_SECONDS = 1.0
_MOST_RECOVERIES = 8
_NOT_RUN = "This cell was not run: "
_OUTCOME_OF_KILL = {"memory": Outcome.OUT_OF_MEMORY, "time": Outcome.TIMED_OUT}
_MAX_TEXT = 1 << 20


class NothingLeft(Exception):
    """The notebook's state is lost and cannot be had again within the limits."""


@dataclass(slots=True)
class _Done:
    """A cell that ran to its end, and what repeating it would take."""

    cell: Cell
    seconds: float


class Session:
    """Runs one notebook; use as a context, which kills all that is left of it on leaving.

    Attributes:
        ended: what ended the notebook before its end, or OK.
        records: of the cells, in order.
        peak_mb: largest memory, known after leaving.
    """

    def __init__(self, sandbox: Sandbox, supplies: Supplies, limits: RunLimits, seed: int) -> None:
        self.sandbox = sandbox
        self.supplies = supplies
        self.limits = limits
        self.seed = seed
        self.ended = Outcome.OK
        self.records: list[CellRecord] = []
        self.peak_mb = 0.0
        self._open = contextlib.ExitStack()
        self._job: Job | None = None
        self._done: list[_Done] = []
        self._marks: list[int] = []  # for each paused copy, how many cells of _done it has seen
        self._recoveries = 0
        self._deadline = time.monotonic() + limits.total_seconds

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        if self._job is not None:
            self._job.finish()
            self.peak_mb = max(self.peak_mb, self._job.peak_mb)
        self._open.close()

    @property
    def left(self) -> float:
        """Seconds that the notebook still has."""
        return self._deadline - time.monotonic()

    def run(self, cells: tuple[Cell, ...], tell: Callable[[int], None] | None = None) -> None:
        """Run the cells in order; every one gets a record.

        Args:
            tell: called with the number of cells that have come to their end: before each, and at
                the end of all.
        """
        for done, cell in enumerate(cells):
            if tell is not None:
                tell(done)
            if self.ended is not Outcome.OK:
                self._pass_over(cell, "what earlier cells defined was lost.")
            elif self.left <= 0:
                self.ended = Outcome.TIMED_OUT
                self._pass_over(cell, "the notebook's time was up.")
            else:
                self._run_one(cell)
        if tell is not None:
            tell(len(cells))

    def ask(
        self, question: Mapping[str, Any], *, forget: bool = False
    ) -> tuple[list[dict[str, Any]], Outcome]:
        """Put the calls of one probe.

        Args:
            forget: go back afterwards to the state before, so that the next question finds it so.

        Returns:
            The answers that came, as plain dicts, and OK, or what stopped the rest.
        """
        seconds = min(float(question["seconds"]), max(self.left, 0.0))
        answers: list[dict[str, Any]] = []
        try:
            job = self._ready()
            marked = forget and self._mark(threads=True)
            job.tell("ask", question={**question, "seconds": seconds})
            deadline = self._within(seconds)
            while "over" not in (reply := job.hear(deadline)):
                if "resumed" in reply:
                    raise _LeafDied
                answers.append(reply["answer"])
            if marked:
                self._unwind()
        except NothingLeft:
            return answers, self.ended
        except (JobDied, JobStuck, KeyError, TypeError) as error:
            return answers, self._recover(error)
        return answers, Outcome.OK

    def read(self, path: str) -> dict[str, Any]:
        """Return what became of reading a file that the notebook wrote, as a plain answer."""
        try:
            job = self._ready()
            job.tell("file", path=path)
            answer: dict[str, Any] = job.hear(self._within(_MARK_SECONDS))["answer"]
        except NothingLeft:
            return {"outcome": str(self.ended), "output": None, "error": None}
        except (JobDied, JobStuck, KeyError, TypeError) as error:
            return {"outcome": str(self._recover(error)), "output": None, "error": None}
        return answer

    def _run_one(self, cell: Cell) -> None:
        start = time.monotonic()
        seconds = min(self.limits.cell_seconds, self.left)
        try:
            self._ready()
            start = time.monotonic()
            reply = self._run_cell(cell, seconds)
            took = time.monotonic() - start
            record = read_cell(reply["cell"], cell, took)
        except NothingLeft:
            self._pass_over(cell, "what earlier cells defined was lost.")
            return
        except (JobDied, JobStuck, KeyError, TypeError, ValueError) as error:
            took = time.monotonic() - start
            outcome = self._recover(error)
            self.records.append(CellRecord(cell.index, cell.source, outcome, took))
            return
        self.records.append(record)
        self._done.append(_Done(cell, took))
        self._mark_where_it_pays()

    def _run_cell(self, cell: Cell, seconds: float) -> dict[str, Any]:
        job = self._ready()
        job.tell("cell", index=cell.index, source=cell.source, seconds=seconds)
        reply = job.hear(self._within(seconds))
        if "resumed" in reply:
            raise _LeafDied
        return reply

    def _ready(self) -> Job:
        """Return the running job, starting one where there is none.

        Raises:
            NothingLeft: the notebook was given up.
        """
        if self.ended is not Outcome.OK:
            raise NothingLeft
        if self._job is None:
            self._job = self._start()
        return self._job

    def _within(self, seconds: float) -> float:
        """Return the moment after which an answer comes too late, however long it may take."""
        return time.monotonic() + min(seconds, max(self.left, 0.0)) + _GRACE_SECONDS

    def _start(self) -> Job:
        """Start a job; the first, which has run nothing of the student's, is tried twice.

        Raises:
            TransientError: none answered before anything of the student's ran.
            JobDied, JobStuck: a later one did not.
        """
        for _ in range(2):
            try:
                return self._started()
            except (JobDied, JobStuck) as error:
                if self._recoveries:
                    raise
                why = error
        raise TransientError("no notebook could be started in the sandbox") from why

    def _started(self) -> Job:
        job = self._open.enter_context(self.sandbox.job(self.limits))
        supplies = self.supplies
        job.tell("start", files=supplies.files, urls=supplies.urls, seed=self.seed)
        job.hear(time.monotonic() + _START_SECONDS)
        return job

    def _mark_where_it_pays(self) -> None:
        """Leave a paused copy once the cells since the last one took long enough to matter."""
        seen = self._marks[-1] if self._marks else 0
        if sum(done.seconds for done in self._done[seen:]) >= _MARK_AFTER_SECONDS:
            with contextlib.suppress(JobDied, JobStuck):
                self._mark(threads=False)

    def _mark(self, *, threads: bool) -> bool:
        """Leave a paused copy; return whether there is one now."""
        job = self._ready()
        job.tell("mark", threads=threads)
        marked = bool(job.hear(self._within(_MARK_SECONDS)).get("marked"))
        if marked:
            self._marks.append(len(self._done))
        return marked

    def _recover(self, error: Exception) -> Outcome:
        """Bring back the state before what went wrong; return what went wrong.

        Where that fails, `ended` says so and nothing more is run.
        """
        outcome = Outcome.CRASHED
        if isinstance(error, JobStuck):
            outcome = Outcome.TIMED_OUT
        elif isinstance(error, JobDied):
            outcome = _OUTCOME_OF_KILL.get(error.why, Outcome.CRASHED)
        self._recoveries += 1
        try:
            if self._recoveries > _MOST_RECOVERIES:
                raise NothingLeft  # noqa: TRY301
            if isinstance(error, _LeafDied):
                self._resumed()
            elif isinstance(error, JobStuck) and self._marks:
                self._unwind()
            else:
                self._start_again()
        except (NothingLeft, JobDied, JobStuck):
            self.ended = outcome
            self._drop_job()
        return outcome

    def _unwind(self) -> None:
        """Have the working copy killed and go on from the paused one."""
        job = self._ready()
        job.unwind()
        deadline = time.monotonic() + _GRACE_SECONDS
        try:
            while "resumed" not in job.hear(deadline):
                pass
        except (JobDied, JobStuck):
            self._start_again()
        else:
            self._resumed()

    def _resumed(self) -> None:
        """A paused copy has taken over: run again what it has not seen."""
        seen = self._marks.pop() if self._marks else 0
        self._replay(self._done[seen:])

    def _start_again(self) -> None:
        """Run the earlier cells again, without what went wrong, in a new process."""
        self._drop_job()
        self._replay(self._done)

    def _replay(self, cells: list[_Done]) -> None:
        needed = sum(done.seconds for done in cells)
        if needed > self.left:
            raise NothingLeft
        for done in cells:
            allowed = min(self.limits.cell_seconds, max(self.left, 0.0))
            if "cell" not in self._run_cell(done.cell, allowed):
                raise NothingLeft

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.close()
            self.peak_mb = max(self.peak_mb, self._job.peak_mb)
        self._job, self._marks = None, []

    def _pass_over(self, cell: Cell, why: str) -> None:
        note = _NOT_RUN + why
        self.records.append(CellRecord(cell.index, cell.source, self.ended, notes=(note,)))


class _LeafDied(JobDied):
    """The working copy died and the paused one has taken over."""

    def __init__(self) -> None:
        super().__init__("")


def read_cell(plain: Mapping[str, Any], cell: Cell, seconds: float) -> CellRecord:
    """Return the record of a cell from what the sandbox claims of it, every part checked.

    Raises:
        KeyError, TypeError, ValueError: it claims something that is no record.
    """
    return CellRecord(
        index=cell.index,
        source=cell.source,
        outcome=Outcome(plain["outcome"]),
        seconds=round(seconds, 4),
        memory_mb=float(plain["memory_mb"]),
        stdout=_text(plain["stdout"]),
        stderr=_text(plain["stderr"]),
        error=read_error(plain["error"]),
        outputs=tuple(_output(output) for output in plain["outputs"]),
        truncated=bool(plain["truncated"]),
        notes=tuple(_text(note) for note in plain["notes"]),
    )


def read_error(plain: Mapping[str, Any] | None) -> CellError | None:
    """Return an error from what the sandbox claims; raises as `read_cell`."""
    if plain is None:
        return None
    line = plain["line"]
    if line is not None and not isinstance(line, int):
        raise TypeError("a line is a number")
    return CellError(_text(plain["name"]), _text(plain["message"]), line, _text(plain["source"]))


def _output(plain: Mapping[str, Any]) -> CellOutput:
    text, data = plain["text"], plain["data"]
    if data is not None and not isinstance(data, bytes):
        raise TypeError("a picture is bytes")
    return CellOutput(_text(plain["mime"]), None if text is None else _text(text), data)


def _text(value: Any) -> str:
    if isinstance(value, Opaque):
        return value.text
    if not isinstance(value, str):
        raise TypeError(f"text, not {type(value).__name__}")
    return value[:_MAX_TEXT]
