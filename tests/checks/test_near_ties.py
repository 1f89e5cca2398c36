"""Differences too small, too far away or too narrow to meet by chance are seen, or wait."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Verdict
from grader.spec import Kind, Options


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("x", "x+max(0,x-10^60)"), ("x", "x+max(0,x-10^400)"),
     ("x", "x+max(0,(x-10^400)*(10^400+1-x))"), ("x", "x^(1+10^-300)"), ("x", "x^(1+10^-40)"),
     ("sin(x)", "sin(x)^(1+10^-300)"), ("f(0x)", "f(x*10^-300)"), ("x", "x*(10^-300)!"),
     ("x", "x*(x*10^-300)!"), ("x", "x+1-erf(8+x^2)"), ("|x|", "|x|+max(0,x-10^99)/10^99")],
)  # fmt: skip
def test_a_difference_far_away_or_tiny_is_seen(reference: str, answer: str) -> None:
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    ["x+max(0,x^2-2)*max(0,2+10^(-160)-x^2)", "x+max(0,-(x^2-2)*(x^2-2-10^-160))",
     "x+max(0,x-10^400)*max(0,10^400+1-x)", "x+max(0,x^3-2)*max(0,2+10^(-250)-x^3)"],
)  # fmt: skip
def test_a_difference_between_two_roots_that_nearly_meet_is_not_accepted(answer: str) -> None:
    assert check(Kind.EXPRESSION, "x", answer).verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    "answer", ["x+1-erf(457|x|)^2", "x+sin(1-erf(9999x)^2)", "x+1-tanh(99999x)^2"]
)
def test_a_function_that_saturates_everywhere_but_near_zero_is_not_accepted(answer: str) -> None:
    assert check(Kind.EXPRESSION, "x", answer).verdict is not Verdict.CORRECT


@pytest.mark.parametrize("nothing", ["|x-x|", "(max(x,x)-x)", "sign(x-x)", "max(10^9,10^9)-10^9"])
def test_a_corner_that_is_none_hides_no_other(nothing: str) -> None:
    assert check(Kind.EXPRESSION, "|x|+y", f"y+|-x|+{nothing}").verdict is Verdict.CORRECT
    found = check(Kind.EXPRESSION, "x+y", f"y+x+max(0,y-10^20)+{nothing}")

    assert found.verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    ["0 if 1/3 < x < 0.333334 else x", "0 if 1/3 < x and x < 0.333334 else x",
     r"\begin{cases} 0 & 10 < x < 10.001 \\ x & \text{otherwise} \end{cases}",
     "x if x != 0.3 else 1", "1 if x = 1/3 else x", "0 if 1/3 <= x <= 1/3 else x"],
)  # fmt: skip
def test_a_case_of_a_short_interval_or_of_one_point_is_seen(answer: str) -> None:
    assert check(Kind.EXPRESSION, "x", answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("x if x < 0.3 else 0", Verdict.CORRECT), ("x if 10x < 3 else 0", Verdict.CORRECT),
     ("0 if x >= 0.3 else x", Verdict.CORRECT), ("x if x <= 0.3 else 0", Verdict.INCORRECT),
     ("x if x < 0.3, 0 if x > 0.3", Verdict.CORRECT)],
)  # fmt: skip
def test_the_end_of_a_case_belongs_to_it_or_does_not(answer: str, verdict: Verdict) -> None:
    reference = r"\begin{cases} x & x < 0.3 \\ 0 & \text{otherwise} \end{cases}"

    assert check(Kind.EXPRESSION, reference, answer).verdict is verdict


@pytest.mark.parametrize("answer", ["|x^2-2|", "max(x^2-2,2-x^2)", "sqrt((2-x^2)^2)"])
def test_formulas_that_change_at_the_same_irrational_roots_are_equal(answer: str) -> None:
    assert check(Kind.EXPRESSION, "abs(2-x^2)", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer", "options", "verdict"),
    [("3.14", "3.14+((5+10^300)-10^300)", Options(digits=3), Verdict.INCORRECT),
     ("3.14", "3.14+((5*pi+10^300*pi)-10^300*pi)", Options(digits=3), Verdict.INCORRECT),
     ("sqrt(2)", "(" * 30 + "10" + ")^9" * 30, Options(digits=3), Verdict.INCORRECT),
     ("2", "e^(10^7)", Options(atol="0.1"), Verdict.WAITING),
     ("1+2i", "1.01+2i", Options(atol="0.1"), Verdict.CORRECT),
     ("1+2i", "1.01+2.2i", Options(atol="0.1"), Verdict.INCORRECT),
     ("1.005", "1.01", Options(digits=3), Verdict.CORRECT),
     ("0.0500", "0.05006", Options(digits=3), Verdict.INCORRECT),
     ("-sqrt(2)", "1.41", Options(digits=3), Verdict.INCORRECT),
     ("0", "1e-9", Options(digits=3), Verdict.INCORRECT)],
)  # fmt: skip
def test_a_tolerance_counts_what_is_proved_of_a_value(
    reference: str, answer: str, options: Options, verdict: Verdict
) -> None:
    assert check(Kind.NUMBER, reference, answer, options).verdict is verdict


def test_no_significant_figures_are_the_authors_mistake() -> None:
    with pytest.raises(SpecError, match="significant"):
        check(Kind.NUMBER, "3", "3.1", Options(digits=0))


@pytest.mark.parametrize(
    ("kind", "reference", "answer"),
    [(Kind.INTERVAL, "[0,1)", "[0," + "(" * 20 + "1/2" + ")^3" * 20 + ")"),
     (Kind.INTERVAL, "[0,1)", "[0," + "(" * 40 + "10" + ")^9" * 40 + ")"),
     (Kind.EXPRESSION, "x+1", "floor(" + "(" * 20 + "2^999" + ")^99" * 20 + ")x"),
     (Kind.EXPRESSION, "x", "x+max(0,(x-10^400)*(10^400+3-x)*(x^3-10^900))")],
)  # fmt: skip
def test_a_number_too_long_to_write_down_is_never_written_down(
    kind: Kind, reference: str, answer: str
) -> None:
    assert check(kind, reference, answer).verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("|sqrt(x)-3|", "max(sqrt(x)-3,3-sqrt(x))"), ("|ln(x)|", "max(ln(x),-ln(x))"),
     ("max(ln x, 0)", "(ln x + |ln x|)/2")],
)  # fmt: skip
def test_a_corner_of_what_is_not_real_is_no_value_that_counts(reference: str, answer: str) -> None:
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.CORRECT
    assert check(Kind.EXPRESSION, answer, reference).verdict is Verdict.CORRECT
