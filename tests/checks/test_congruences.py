"""Congruences and remainders: the modulus counts, and mod takes what a person reads into it."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind

SAME = [
    (r"n \equiv 3 \pmod{7}", r"n \equiv 10 \pmod{7}"),
    (r"n \equiv 3 \pmod{7}", "n ≡ 3 (mod 7)"),
    (r"n \equiv 3 \pmod{12}", "n ≡ 15 mod 12"),
    (r"n \equiv 3 \pmod{7}", r"5n \equiv 1 \pmod 7"),
    ("n ≡ 1 (mod 10)", "n ≡ 1 (mod 2) and n ≡ 1 (mod 5)"),
    ("n ≡ 1 (mod 8) or n ≡ 7 (mod 8) or n ≡ 3 (mod 8) or n ≡ 5 (mod 8)", "n^2 ≡ 1 (mod 8)"),
    ("a ≡ b (mod m)", "b ≡ a (mod m)"),
    ("n ≡ n + 1 (mod 7) or n^6 ≡ 1 (mod 7)", "n^6000000 ≡ 1 (mod 7)"),
    ("n ≡ 2 (mod 7)", "n^6000001 ≡ 2 (mod 7)"),
]
OTHER = [
    (r"n \equiv 3 \pmod{7}", r"n \equiv 3 \pmod{5}"),
    (r"n \equiv 3 \pmod{7}", r"n \equiv 4 \pmod{7}"),
    (r"n \equiv 3 \pmod{7}", r"n \equiv -3 \pmod{7}"),
    (r"n \equiv 3 \pmod{12}", r"n \equiv 3 \pmod{1}"),
    (r"n \equiv 3 \pmod{7}", "n = 3"),
    ("n ≡ 1 (mod 10)", "n ≡ 1 (mod 2) or n ≡ 1 (mod 5)"),
    ("n ≡ 1 (mod 6)", "2n ≡ 2 (mod 6)"),
    ("n ≡ 1 (mod 7)", "n^6000000 ≡ 1 (mod 7)"),
    ("n ≡ 1 (mod 1009)", "n^1008 ≡ 1 (mod 1009)"),
    ("n ≡ 1 (mod 2) and n ≡ 2 (mod 3)", "n ≡ 1 (mod 2) and n^60000 ≡ 1 (mod 3)"),
]


@pytest.mark.parametrize(("reference", "answer"), SAME)
def test_congruences_with_the_same_solutions_are_equal(reference, answer):
    assert check(Kind.EQUATION, reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("reference", "answer"), OTHER)
def test_another_modulus_or_residue_is_another_congruence(reference, answer):
    assert check(Kind.EQUATION, reference, answer).verdict is Verdict.INCORRECT


def test_congruences_modulo_two_names_wait_unless_they_are_the_same():
    verdict = check(Kind.EQUATION, "a ≡ b (mod m)", "a ≡ b (mod n)").verdict

    assert verdict is Verdict.WAITING


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("-3 mod 5", "2"),
        (r"-8/2 \bmod 3", "2"),
        ("-mod(3, 5)", "-3"),
        ("6 + 8 mod 5", "9"),
        ("19 mod (2*4)", "3"),
        ("2 mod(7, 4)", "6"),
    ],
)
def test_a_remainder_takes_the_sign_before_and_the_product_behind_it(answer, value):
    assert check(Kind.NUMBER, value, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize("answer", [r"t \bmod 2\pi", "t mod 2pi", "t mod (2 pi)", "mod(t, 2pi)"])
def test_a_product_without_a_sign_behind_mod_is_the_modulus(answer):
    assert check(Kind.EXPRESSION, "mod(t, 2*pi)", answer).verdict is Verdict.CORRECT
