"""The steps of a job: what it needs, what was collected, what was judged.

Runs in workers and on the command line. It loads stored bundles, so that the portal, which never
runs the bank, does not import this module.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, insert, select
from sqlalchemy.orm import Session

from grader.bank.bundles import load_bundled, notebook_files, open_bundle
from grader.errors import SolverError
from grader.evidence import Evidence, NotebookEvidence
from grader.grading import judge
from grader.models import (
    Blob,
    Current,
    PartReport,
    Problem,
    ProblemVersion,
    Report,
    Run,
    RunKind,
    Submission,
    Variant,
)
from grader.models import Evidence as EvidenceRow
from grader.models.base import table_of
from grader.report import FieldReport
from grader.report import Report as Judged
from grader.services import blobs, gradebook, jobs, proposals
from grader.services.jobs import Lease
from grader.services.submissions import notebook_sha256
from grader.spec import Problem as SpecProblem


@dataclass(frozen=True, slots=True)
class Question:
    """A variant with all that judging it needs; never changes, so that it is kept by its id.

    Attributes:
        number: the problem's number on the paper.
        files: content of the files that its notebook is given, by name.
    """

    variant_id: int
    number: str
    problem_id: int
    spec: SpecProblem
    files: Mapping[str, bytes]
    params: Mapping[str, Any]
    references: Mapping[str, Any]
    collect_hash: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job asks for: why it is judged, whose it is, and what was handed in or collected.

    Attributes:
        content: what was handed in, as it is stored.
        stored: for a replay, what was collected before; None where it is to be collected (again).
        payload: what running a notebook left, for a replay; else the notebook itself, if any.
    """

    run_kind: RunKind
    user_id: int
    content: str
    stored: EvidenceRow | None
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed job with all that is needed to do it."""

    lease: Lease
    question: Question
    asked: Asked


_questions: dict[int, Question] = {}


def question(session: Session, variant_id: int) -> Question:
    """Return a variant's question, from the bundle that it was published with.

    Raises:
        BundleError: the bundle cannot be loaded on this worker.
    """
    if variant_id not in _questions:
        _questions[variant_id] = _load_question(session, variant_id)
    return _questions[variant_id]


def forget_questions() -> None:
    """Drop what is kept by variant, as a worker that has just started would not have it."""
    _questions.clear()


def _load_question(session: Session, variant_id: int) -> Question:
    variant, version, problem, bundle = session.execute(
        select(Variant, ProblemVersion, Problem, Blob.content)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .join(Blob, Blob.sha256 == ProblemVersion.bundle_sha256)
        .where(Variant.id == variant_id)
    ).one()
    spec = load_bundled(bundle, version.bundle_sha256, version.path)
    bundled = open_bundle(bundle, version.bundle_sha256)
    return Question(
        variant_id=variant_id,
        number=problem.number,
        problem_id=problem.id,
        spec=spec,
        files=notebook_files(bundled, version.path, spec),
        params=variant.params,
        references=variant.references,
        collect_hash=version.collect_hash,
    )


# Statements of the hot path are built once: putting one together costs more than running it.
_ASKED = (
    select(Run.kind, Submission.user_id, Submission.content)
    .select_from(Submission)
    .join(Run, Run.id == bindparam("run_id"))
    .where(Submission.id == bindparam("submission_id"))
)
_ADD_EVIDENCE = insert(table_of(EvidenceRow)).returning(table_of(EvidenceRow).c.id)
_ADD_REPORT = insert(table_of(Report)).returning(table_of(Report).c.id)
_ADD_PARTS = insert(table_of(PartReport))
_POINT = insert(table_of(Current)).from_select(
    ["submission_id", "part", "field", "part_report_id"],
    select(
        bindparam("submission_id", type_=Integer), PartReport.part, PartReport.field, PartReport.id
    ).where(PartReport.report_id == bindparam("report_id")),
)


def asked_for(session: Session, lease: Lease) -> Asked:
    """Return what a claimed job asks for."""
    wanted = {"run_id": lease.run_id, "submission_id": lease.submission_id}
    kind, user_id, content = session.connection().execute(_ASKED, wanted).one()
    stored = None if kind == RunKind.LIVE else _fitting_evidence(session, lease)
    digest = notebook_sha256(content) if stored is None else stored.payload_sha256
    payload = session.get_one(Blob, digest).content if digest else None
    return Asked(RunKind(kind), user_id, content, stored, payload)


def _fitting_evidence(session: Session, lease: Lease) -> EvidenceRow | None:
    """Return what was last collected of a submission for the questions that its job asks."""
    return session.scalar(
        select(EvidenceRow)
        .join(ProblemVersion, ProblemVersion.collect_hash == EvidenceRow.collect_hash)
        .join(Variant, Variant.version_id == ProblemVersion.id)
        .where(EvidenceRow.submission_id == lease.submission_id, Variant.id == lease.variant_id)
        .order_by(EvidenceRow.id.desc())
        .limit(1)
    )


def typed_evidence(work: Work) -> Evidence:
    """Return the answers of a submission as evidence: the text as typed."""
    return Evidence(answers=json.loads(work.asked.content)["answers"])


def stored_evidence(work: Work) -> Evidence:
    """Return what was collected before, for a replay.

    Raises:
        SolverError: nothing is stored.
    """
    if work.asked.stored is None:
        raise SolverError("no evidence is stored for this submission; it cannot be replayed")
    return _as_collected(work.asked.stored, work.asked.payload)


def _as_collected(row: EvidenceRow, payload: bytes | None) -> Evidence:
    return Evidence(
        answers=row.content["answers"],
        measured=row.content.get("measured"),
        notebook=NotebookEvidence.from_payload(payload) if payload else None,
    )


def replay(session: Session, report: Report) -> Judged:
    """Judge again what a report judged, over the same evidence and by the same version.

    Raises:
        BundleError: the bundle cannot be loaded here.
    """
    row = session.get_one(EvidenceRow, report.evidence_id)
    digest = row.payload_sha256
    payload = session.get_one(Blob, digest).content if digest else None
    asked = question(session, report.variant_id)
    evidence = _as_collected(row, payload)
    return judge(asked.spec, asked.number, asked.params, asked.references, evidence)


def judge_work(work: Work, evidence: Evidence) -> Judged:
    """Judge; pure, given the stored question."""
    asked = work.question
    return judge(asked.spec, asked.number, asked.params, asked.references, evidence)


def record(
    session: Session, work: Work, evidence: Evidence, judged: Judged, *, now: datetime
) -> bool:
    """Write evidence and report, and move what counts; False where the lease is no longer ours.

    A report of a regrade is a proposal: nothing that counts moves.
    """
    faults = "; ".join(row.fault for row in judged.fields if row.fault)
    if not jobs.finish(session, work.lease, now=now, reason=faults[:2000]):
        return False
    evidence_id = _evidence_id(session, work, evidence, now)
    report_id = _write_report(session, work, evidence_id, judged, now)
    if work.asked.run_kind is RunKind.LIVE:
        pointed = {"submission_id": work.lease.submission_id, "report_id": report_id}
        session.connection().execute(_POINT, pointed)
        gradebook.refresh(session, work.asked.user_id, work.question.problem_id, now=now)
    else:
        proposals.propose(session, work.lease.run_id, work.lease.submission_id, report_id)
    return True


def _evidence_id(session: Session, work: Work, evidence: Evidence, now: datetime) -> int:
    if work.asked.stored is not None:
        return work.asked.stored.id
    payload = evidence.notebook.to_payload() if evidence.notebook else None
    row = {
        "submission_id": work.lease.submission_id,
        "collect_hash": work.question.collect_hash,
        "content": {"answers": evidence.answers, "measured": evidence.measured},
        "payload_sha256": blobs.store(session, payload, now=now) if payload else None,
        "collected_at": now,
    }
    return int(session.connection().execute(_ADD_EVIDENCE, row).scalar_one())


def _write_report(
    session: Session, work: Work, evidence_id: int, judged: Judged, now: datetime
) -> int:
    row = {
        "submission_id": work.lease.submission_id,
        "run_id": work.lease.run_id,
        "variant_id": work.question.variant_id,
        "evidence_id": evidence_id,
        "judged_at": now,
    }
    report_id = int(session.connection().execute(_ADD_REPORT, row).scalar_one())
    parts = [
        {"report_id": report_id, "position": index, **columns(field)}
        for index, field in enumerate(judged.fields)
    ]
    session.connection().execute(_ADD_PARTS, parts)
    return report_id


def columns(row: FieldReport) -> dict[str, Any]:
    """Return a judged field as the columns of a part report."""
    return {
        "part": row.part,
        "field": row.field,
        "verdict": row.verdict.value,
        "outcome": row.outcome.value if row.outcome else None,
        "credit": row.credit,
        "points": row.points,
        "optional": row.optional,
        "feedback": row.feedback,
        "text_sha256": row.text_sha256,
        "canonical": row.canonical,
        "misconception": row.misconception,
    }
