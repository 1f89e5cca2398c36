"""What staff see of a homework: scores, hard parts, and what waits for a person."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grader.models import (
    Assignment,
    Current,
    Enrollment,
    Grade,
    PartReport,
    Problem,
    Role,
    Section,
    Submission,
    User,
)
from grader.report import Verdict
from grader.scoring import NOTHING, Score
from grader.services import gradebook, worklist
from grader.services.attempts import State, verdict_of
from grader.services.homework import out_of
from grader.services.worklist import TO_MARK, Filter

BINS = 12

_LABEL = re.compile(r"(\d+|(?=\D))(\D*)")

FORMULA_OPENINGS = "=+-@|%＝＋－＠"
"""Characters, wide ones included, that make spreadsheets evaluate a cell."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the distribution: how many scores from `low` up to `high`."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A homework at a glance; `totals` are the scores of students who handed in something."""

    students: int
    totals: Sequence[Score]
    out_of: float
    held: int
    to_mark: int
    bins: Sequence[Bin]

    @property
    def median(self) -> float | None:
        """The middle score; None before the first."""
        return median(total.score for total in self.totals) if self.totals else None

    @property
    def complete(self) -> int:
        """How many totals wait for nothing."""
        return sum(1 for total in self.totals if not total.pending)


def overview(session: Session, assignment: Assignment) -> Overview:
    """Return what the first staff page of a homework tells."""
    points = out_of(session, assignment)
    by_student = _grades_by_student(session, assignment)
    totals = [sum(scores.values(), NOTHING) for scores in by_student.values()]
    return Overview(
        students=_count_students(session, assignment),
        totals=totals,
        out_of=points,
        held=worklist.count(session, assignment, Filter(state=State.HELD)),
        to_mark=worklist.count(session, assignment, Filter(state=TO_MARK)),
        bins=distribution([total.score for total in totals], points),
    )


def distribution(scores: Sequence[float], highest: float, bins: int = BINS) -> list[Bin]:
    """Count scores in `bins` equal steps from 0 to `highest`; the ends take what lies beyond.

    >>> [one.count for one in distribution([0, 4.9, 5, 10], 10, bins=2)]
    [2, 2]
    """
    width = highest / bins if highest > 0 else 1.0
    counts = [0] * bins
    for value in scores:
        counts[min(bins - 1, max(0, int(value / width)))] += 1
    return [Bin(index * width, (index + 1) * width, count) for index, count in enumerate(counts)]


def _count_students(session: Session, assignment: Assignment) -> int:
    return (
        session.scalar(
            select(func.count(Enrollment.id)).where(
                Enrollment.course_id == assignment.course_id,
                Enrollment.role == Role.STUDENT.value,
            )
        )
        or 0
    )


def _grades_by_student(session: Session, assignment: Assignment) -> dict[int, dict[int, Score]]:
    """Student to problem to score; those on the roster as students only."""
    rows = session.execute(
        select(Grade)
        .join(Problem, Problem.id == Grade.problem_id)
        .join(
            Enrollment,
            (Enrollment.user_id == Grade.user_id)
            & (Enrollment.course_id == assignment.course_id)
            & (Enrollment.role == Role.STUDENT.value),
        )
        .where(Problem.assignment_id == assignment.id, Problem.retired_at.is_(None))
    ).scalars()
    grades: dict[int, dict[int, Score]] = {}
    for row in rows:
        score = Score(row.score, row.out_of, row.pending)
        grades.setdefault(row.user_id, {})[row.problem_id] = score
    return grades


@dataclass(frozen=True, slots=True)
class Share:
    """How a class stands at one field, over the attempts that count.

    Attributes:
        answers: how many students answered it, out of those who handed in the problem.
        missing: how many handed in the problem without it.
        decided: how many answers have a verdict that a person or a checker gave.
        correct: how many of those are correct.
    """

    part: str
    field: str
    answers: int
    missing: int
    decided: int
    correct: int
    partial: int
    waiting: int
    held: int

    @property
    def share(self) -> float | None:
        """Share that is correct, 0 to 1, unanswered counted as not; None before half are decided.

        The first marks of many say little about how hard a part is.
        """
        if not self.decided or 2 * self.decided < self.answers:
            return None
        return self.correct / (self.decided + self.missing)

    @property
    def why_undecided(self) -> str:
        """Why there is no share yet, in words."""
        if not self.answers:
            return "nobody answered"
        if not self.waiting:
            return "held, our fault"
        return f"{self.decided} of {self.answers} marked" if self.decided else "waits for marks"


def shares(session: Session, assignment: Assignment) -> list[Share]:
    """Return every field of a homework, hardest first; undecided ones last."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for part, field, verdict, number in _verdict_counts(session, assignment):
        counts.setdefault((part, field), {})[verdict] = number
    for key, verdict in _marked(session, assignment):
        counts[key][Verdict.WAITING] -= 1
        counts[key][verdict] = counts[key].get(verdict, 0) + 1
    found = [_share(part, field, by) for (part, field), by in counts.items()]
    return sorted(found, key=_hardest_first)


def _hardest_first(one: Share) -> tuple[bool, bool, float, list[tuple[int, str]]]:
    """Order by share correct; behind them what waits, then what nobody answered; 2a before 10a."""
    paper = [(int(digits or 0), rest) for digits, rest in _LABEL.findall(one.part)]
    return one.share is None, not one.answers, one.share or 0.0, paper


def _counting(assignment: Assignment) -> Select[int | None]:
    """The submissions that count now, of students on the roster."""
    return (
        select(Grade.submission_id)
        .join(Problem, Problem.id == Grade.problem_id)
        .join(
            Enrollment,
            (Enrollment.user_id == Grade.user_id)
            & (Enrollment.course_id == assignment.course_id)
            & (Enrollment.role == Role.STUDENT.value),
        )
        .where(Problem.assignment_id == assignment.id, Problem.retired_at.is_(None))
    )


def _verdict_counts(
    session: Session, assignment: Assignment
) -> Iterable[tuple[str, str, str, int]]:
    rows = session.execute(
        select(PartReport.part, PartReport.field, PartReport.verdict, func.count())
        .join(Current, Current.part_report_id == PartReport.id)
        .where(Current.submission_id.in_(_counting(assignment)))
        .group_by(PartReport.part, PartReport.field, PartReport.verdict)
        .order_by(PartReport.part, PartReport.field)
    )
    return [(part, field, verdict, number) for part, field, verdict, number in rows]


def _marked(session: Session, assignment: Assignment) -> Iterable[tuple[tuple[str, str], Verdict]]:
    """Fields that were waiting and have a mark by hand, with the verdict of the mark."""
    submissions = session.scalars(
        select(Submission).where(
            Submission.id.in_(_counting(assignment)), worklist.has_verdict(Verdict.WAITING)
        )
    ).all()
    for fields in gradebook.counted(session, submissions).values():
        for row in fields:
            if row.mark is not None and row.report.verdict == Verdict.WAITING:
                yield (row.report.part, row.report.field), verdict_of(row)


def _share(part: str, field: str, by: dict[str, int]) -> Share:
    waiting, held = by.get(Verdict.WAITING, 0), by.get(Verdict.HELD, 0)
    missing = by.get(Verdict.MISSING, 0)
    answers = sum(by.values()) - missing
    return Share(
        part=part,
        field=field,
        answers=answers,
        missing=missing,
        decided=answers - waiting - held,
        correct=by.get(Verdict.CORRECT, 0),
        partial=by.get(Verdict.PARTIAL, 0),
        waiting=waiting,
        held=held,
    )


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One student's scores: by problem, None where nothing was graded."""

    login: str
    name: str
    section: str
    scores: Sequence[float | None]
    total: Score


def scores(session: Session, assignment: Assignment) -> tuple[list[str], list[ScoreLine]]:
    """Return the numbers of the problems, and a line for each student on the roster by login."""
    problems = session.execute(
        select(Problem.id, Problem.number)
        .where(Problem.assignment_id == assignment.id, Problem.retired_at.is_(None))
        .order_by(Problem.position, Problem.id)
    ).all()
    grades = _grades_by_student(session, assignment)
    students = session.execute(
        select(User, Section.name)
        .join(Enrollment, Enrollment.user_id == User.id)
        .outerjoin(Section, Section.id == Enrollment.section_id)
        .where(
            Enrollment.course_id == assignment.course_id,
            Enrollment.role == Role.STUDENT.value,
        )
        .order_by(User.login)
    )
    lines = []
    for student, section in students:
        own = grades.get(student.id, {})
        by_problem = [own[key].score if key in own else None for key, _ in problems]
        total = sum(own.values(), NOTHING)
        lines.append(ScoreLine(student.login, student.name, section or "", by_problem, total))
    return [number for _, number in problems], lines


def scores_csv(session: Session, assignment: Assignment) -> str:
    """Return the scores of a homework as CSV; an empty cell where nothing was graded."""
    numbers, lines = scores(session, assignment)
    highest = out_of(session, assignment)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    head = ["student", "name", "section", *(f"problem {number}" for number in numbers)]
    writer.writerow([as_cell(text) for text in [*head, "score", "out_of", "pending"]])
    for line in lines:
        texts = [as_cell(text) for text in (line.login, line.name, line.section)]
        figures = [*line.scores, line.total.score, highest, line.total.pending]
        writer.writerow([*texts, *("" if one is None else f"{one:.12g}" for one in figures)])
    return file.getvalue()


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> as_cell("=1+1"), as_cell("alice")
    ("'=1+1", 'alice')
    """
    # Spreadsheets drop leading blanks and control characters before they look for a formula.
    opening = text.lstrip(" \t\r\n\0\ufeff")[:1]
    return f"'{text}" if opening in FORMULA_OPENINGS and opening else text
