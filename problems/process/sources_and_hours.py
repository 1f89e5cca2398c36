"""Sources, company and hours: every answer counts, since only having answered is asked."""

from grader.spec import Field, Kind, Options, Part, Problem

HALF_A_WEEK = 84
YES_OR_NO = Options(choices={"yes": "Yes", "no": "No"})


def yes_or_no(label: str) -> Part:
    """A part that both answers complete."""
    field = Field(
        kind=Kind.CHOICE, solve=lambda _: "yes", accept=(lambda _: "no",), options=YES_OR_NO
    )
    return Part(label=label, fields=(field,))


PROBLEM = Problem(
    title="How you worked",
    parts=(
        yes_or_no("a"),
        yes_or_no("b"),
        Part(
            label="c",
            fields=(
                Field(
                    kind=Kind.QUANTITY,
                    prompt="Hours",
                    # Any number of hours that a week holds, with or without the unit.
                    solve=lambda _: f"{HALF_A_WEEK} h",
                    accept=(lambda _: HALF_A_WEEK,),
                    options=Options(atol=str(HALF_A_WEEK)),
                    feedback=frozenset(),
                ),
            ),
        ),
    ),
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 8",
    note="Names are not asked: yes or no, and hours, and whoever answers has full credit.",
)
