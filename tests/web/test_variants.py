"""Which variant a page shows: the same at every visit, another for others, kept over versions."""

from sqlalchemy import select
from world import write_bank

from grader.db import reading
from grader.models import Variant, VariantAssignment

HW = "/courses/c/hw"


def shown(world, user_id: int, problem_id: int = 1) -> tuple[int, int]:
    """Version and number of the variant on record."""
    with reading(world.engine) as session:
        row = session.execute(
            select(Variant.version_id, Variant.number)
            .join(VariantAssignment, VariantAssignment.variant_id == Variant.id)
            .where(VariantAssignment.user_id == user_id, VariantAssignment.problem_id == problem_id)
        ).one()
        return row.version_id, row.number


def test_everybody_gets_the_homework_as_set_unless_variants_are_fresh(alice, dora, world):
    alice.page(HW)
    dora.page(HW)

    assert shown(world, 1)[1] == shown(world, 2)[1] == 0


def test_fresh_variants_differ_between_students_and_stay_for_each(alice, dora, world):
    world.publish(fresh_variants=True)

    first, again, other = alice.page(HW), alice.page(HW), dora.page(HW)

    def sums(page):
        return page.text.split("Numbers", 1)[1].split("Their sum", 1)[0]

    assert sums(first) == sums(again)
    assert sums(first) != sums(other)
    assert shown(world, 1)[1] != shown(world, 2)[1]


def test_a_new_version_keeps_the_number_of_the_variant(alice, world, tmp_path):
    world.publish(fresh_variants=True)
    alice.page(HW)
    version, number = shown(world, 1)
    write_bank(tmp_path / "bank", **{"sums.md": "New.\n## a\nSum?\n## b\nBoth."})
    world.publish(fresh_variants=True)

    alice.page(HW)

    newer, same = shown(world, 1)
    assert newer > version
    assert same == number


def test_an_answer_to_a_fresh_variant_is_judged_by_its_own_numbers(alice, world):
    world.publish(fresh_variants=True)
    alice.page(HW)
    with reading(world.engine) as session:
        params = session.scalar(
            select(Variant.params)
            .join(VariantAssignment, VariantAssignment.variant_id == Variant.id)
            .where(VariantAssignment.problem_id == 1)
        )
    total = str(params["a"] + params["b"])

    response = alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": total})
    number = response.location.rsplit("/", 1)[1]
    assert world.grade(1)

    rows = alice.get(f"/api/v1/submissions/{number}").json["report"]["parts"]
    assert rows[0]["verdict"] == "correct"
