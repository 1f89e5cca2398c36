"""Planning a regrade: which submissions it judges again, over what, and which it leaves out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from grader.models import (
    Assignment,
    Course,
    Event,
    Evidence,
    Job,
    JobState,
    Problem,
    ProblemVersion,
    Regrade,
    RegradeState,
    Run,
    RunKind,
    Submission,
    Variant,
)
from grader.queue import Queue
from grader.services import counterparts


@dataclass(frozen=True, slots=True)
class Plan:
    """A regrade as planned: its jobs, and the submissions that it cannot judge, with the reason."""

    regrade: Regrade
    jobs: tuple[Job, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def job_ids(self) -> tuple[int, ...]:
        """The jobs by id, in the order of the submissions."""
        return tuple(job.id for job in self.jobs)


@dataclass(frozen=True, slots=True)
class Order:
    """What to judge again, by which version, and why.

    Attributes:
        collect: run the students' work again where the version asks something else of it than
            what is stored; else such submissions are left out.
    """

    problem: Problem
    version: ProblemVersion
    reason: str = ""
    collect: bool = False


def plan(session: Session, order: Order, *, now: datetime) -> Plan:
    """Plan to judge all submissions of a problem again, over stored evidence where it fits."""
    regrade = _open(session, order, now)
    targets = counterparts.pool(session, order.version)
    again = _again(session, order)
    left_out, rows = [], []
    for one in _standings(session, order):
        target = targets.get(one.variant.number)
        why = counterparts.misfit(one.variant, target, order.version) or _missing(one, again, order)
        if why is not None or target is None:
            left_out.append((one.submission.receipt_number, why or ""))
            continue
        # Judging stored evidence needs no GPU and runs no student code.
        queue = Queue.ANSWERS if one.fits else Queue(order.version.queue)
        rows.append(_job(one.submission, regrade, target, queue, now))
    session.add_all(rows)
    session.flush()
    return Plan(regrade, tuple(rows), tuple(left_out))


def _open(session: Session, order: Order, now: datetime) -> Regrade:
    run = Run(assignment_id=order.problem.assignment_id, kind=RunKind.REGRADE.value, created_at=now)
    session.add(run)
    session.flush()
    regrade = Regrade(
        run_id=run.id,
        problem_id=order.problem.id,
        version_id=order.version.id,
        state=RegradeState.PLANNED.value,
        reason=order.reason,
        planned_at=now,
    )
    session.add(regrade)
    session.flush()
    audit(session, "regrade plan", regrade, now)
    return regrade


def audit(session: Session, action: str, regrade: Regrade, now: datetime) -> None:
    """Put on record what was done with a regrade."""
    subject = f"regrade {regrade.id}"
    detail = {"problem": regrade.problem_id, "version": regrade.version_id}
    session.add(Event(at=now, actor_id=None, action=action, subject=subject, detail=detail))


@dataclass(frozen=True, slots=True)
class _Again:
    """The commands that lead further with what a plan leaves out."""

    collect: str
    release: str


def _again(session: Session, order: Order) -> _Again:
    slug, course = session.execute(
        select(Assignment.slug, Course.slug)
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.id == order.problem.assignment_id)
    ).one()
    which = f"{slug} --course {course} --problem {order.problem.number}"
    return _Again(f"grader regrade plan {which} --collect", f"grader regrade release {which}")


@dataclass(frozen=True, slots=True)
class _Standing:
    """A submission, how its live grading stands, and whether there is evidence, and that asked."""

    submission: Submission
    variant: Variant
    state: str
    reason: str
    has: bool
    fits: bool


def _standings(session: Session, order: Order) -> list[_Standing]:
    own = exists().where(Evidence.submission_id == Submission.id)
    fits = own.where(Evidence.collect_hash == order.version.collect_hash)
    rows = session.execute(
        select(Submission, Variant, Job.state, Job.reason, own.label("has"), fits.label("fits"))
        .join(Variant, Variant.id == Submission.variant_id)
        .join(Job, Job.submission_id == Submission.id)
        .join(Run, (Run.id == Job.run_id) & (Run.kind == RunKind.LIVE.value))
        .where(Submission.problem_id == order.problem.id)
        .order_by(Submission.id)
    )
    return [_Standing(*row) for row in rows]


def _missing(standing: _Standing, again: _Again, order: Order) -> str | None:
    """Return what evidence a submission lacks, and the command that gets it."""
    if not standing.has and standing.state == JobState.HELD:
        return (
            f"it is held, and nothing was collected of it ({standing.reason}): once that is "
            f"mended, `{again.release}` grades it"
        )
    if not standing.has:
        return "it is not graded yet"
    if standing.fits or order.collect:
        return None
    return (
        f"version {order.version.number} asks something else of it, which must be collected "
        f"again: `{again.collect}` does"
    )


def _job(
    submission: Submission, regrade: Regrade, target: Variant, queue: Queue, now: datetime
) -> Job:
    return Job(
        submission_id=submission.id,
        run_id=regrade.run_id,
        variant_id=target.id,
        queue=queue.value,
        state=JobState.QUEUED.value,
        starts=0,
        enqueued_at=now,
        created_at=now,
        reason="",
    )
