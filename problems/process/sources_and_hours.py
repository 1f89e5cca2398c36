"""Sources, company and hours: every answer counts, since only having answered is asked."""

import re
from collections.abc import Mapping

from grader.errors import InvalidAnswer
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Field, Kind, Options, Params, Part, Problem

WEEK = 168
NUMBERS = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
YES_OR_NO = Options(choices={"yes": "Yes", "no": "No"})


def yes_or_no(label: str) -> Part:
    """A part that both answers complete."""
    field = Field(
        kind=Kind.CHOICE, solve=lambda _: "yes", accept=(lambda _: "no",), options=YES_OR_NO
    )
    return Part(label=label, fields=(field,))


def judge_hours(_: Params, answers: Mapping[str, str]) -> dict[str, CheckResult]:
    """Part (c): "9", "about 9 hours", "8-10 h"; the numbers in it are hours that a week holds."""
    apart = re.sub(r"(?<=\d)\s*-", " ", answers[""])  # 8-10 is no negative number
    numbers = [float(number) for number in NUMBERS.findall(apart)]
    if not numbers:
        raise InvalidAnswer("Give a number of hours, such as 9.")
    if all(0 <= number <= WEEK for number in numbers):
        return {"": CheckResult(Verdict.CORRECT, 1.0)}
    remark = Remark(Topic.NOTE, f"A week has {WEEK} hours.")
    return {"": CheckResult(Verdict.INCORRECT, 0.0, (remark,))}


PROBLEM = Problem(
    title="How you worked",
    parts=(
        yes_or_no("a"),
        yes_or_no("b"),
        Part(
            label="c",
            fields=(Field(kind=Kind.QUANTITY, prompt="Hours", solve=lambda _: "9 h"),),
            judge=judge_hours,
        ),
    ),
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 8",
    note="Names are not asked: yes or no, and hours, and whoever answers has full credit.",
)
