"""Regrades as tests ask for them: mend the bank, plan, apply, undo, and what counts then."""

from sqlalchemy import select
from world import NOW, write_bank

from grader.db import reading, writing
from grader.models import Grade, Problem
from grader.services import gradebook, planning, regrades
from grader.services.planning import Order
from grader.services.publishing import newest_version

HALF = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.", 0.5)'
FULL = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.", 1.0)'
AS_WAS = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.")'


def mend(world, old, new):
    sums = (world.folder / "sums.py").read_text()
    assert old in sums
    write_bank(world.folder, sums_py=sums.replace(old, new))
    world.publish()


def planned_unjudged(world):
    """A plan for problem 1 by its newest version; nothing of it is judged yet."""
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        order = Order(problem, newest_version(session, problem.id))
        return planning.plan(session, order, now=NOW)


def plan(world):
    planned = planned_unjudged(world)
    for job_id in planned.job_ids:
        world.grade(job_id)
    return planned


def apply(world, planned):
    with writing(world.engine) as session:
        found = regrades.find(session, planned.regrade.id)
        return regrades.apply(session, found, now=NOW)


def undo(world, planned):
    with writing(world.engine) as session:
        return regrades.undo(session, regrades.find(session, planned.regrade.id), now=NOW)


def credit(world, accepted):
    with reading(world.engine) as session:
        return gradebook.counted_fields(session, accepted.submission)[0].credit


def score(world):
    with reading(world.engine) as session:
        return session.scalars(select(Grade.score)).one()
