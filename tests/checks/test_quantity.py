"""Quantities are equal whatever their units are called, and wrong units are told apart."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Topic, Verdict
from grader.spec import Kind, Options


def judged(reference, answer, **options):
    return check(Kind.QUANTITY, reference, answer, Options(**options))


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("240 MB", "0.24 GB"),
        ("240 MB", "240,000 kB"),
        ("240 MB", "240 megabytes"),
        ("240MB", "1920 Mb"),
        ("240 MB", "228.8818359375 MiB"),
        ("240 MB", r"240\,\text{MB}"),
        ("240 MB", "size = 240 MB"),
        ("2 GiB", "2^21 KiB"),
        ("9.8 N / kg", "9.8 m / s^2"),
        ("9.8 m/s^2", "9.8 meters per second squared"),
        ("9.8 m/s^2", "9.8 [m/s^2]"),
        ("9.8 m/s^2", r"9.8\ \mathrm{m\,s^{-2}}"),
        ("9.8 m/s^2", r"9.8\,\frac{\text{m}}{\text{s}^2}"),
        ("9.8 m/s^2", "9.8 m s-2"),
        ("9.8 m/s^2", "9.8 m·s⁻²"),
        ("12 m^2", "12 square meters"),
        ("12 m^2", "12 m²"),
        ("12 m^2", "120000 cm2"),
        ("3e8 m/s", "3 x 10^8 m/s"),
        ("3e8 m/s", r"3\times10^{8}\,\text{m/s}"),
        ("90 min", "1 h 30 min"),
        ("90 min", "1.5 Hours"),
        ("63 in", "5 ft 3 in"),
        ("180 degrees", r"\pi\,\text{rad}"),
        ("50 %", "0.5"),
        ("100 images/s", "6000 images per minute"),
        ("5 TFLOPS", "5e12 FLOP/s"),
        ("1 kWh", "3.6 MJ"),
        ("10 us", r"10\,\mu\text{s}"),
        ("10 ohm", "10 Ω"),
        ("4.7 kohm", "4700 Ω"),
        ("2 Mohm", "2 MΩ"),
        ("10 Gb/s", "1.25 GB/s"),
        ("3 mmol", "3000 micromol"),
        ("m", "meter"),
        ("sqrt(2) m", "100 sqrt(2) cm"),
        ("1/3 h", "20 min"),
        ("25 °C", "298.15 K"),
        (r"25^\circ C", "77 degrees Fahrenheit"),
        ("-40 degC", "-40 degF"),
        ("1 J/kg/K", "1 J/(kg*°C)"),
        ("0 m", "0 km"),
    ],
)
def test_one_quantity_in_two_spellings_is_correct(reference, answer):
    assert judged(reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer", "words"),
    [
        ("240 MB", "240 MiB", "Binary and decimal"),
        ("2 GiB", "2 GB", "Binary and decimal"),
        ("240 MB", "240 Mb", "Bits and bytes"),
        ("240 MB", "240 mb", "Upper and lower case"),
        ("240 MB", "240 KB", "10^3"),
        ("240 MB", "240", "The unit is missing. The number is right."),
        ("240 MB", "230", "The unit is missing."),
        ("240", "240 MB", "No unit is asked for"),
        ("5 V", "0 V*m/A", "does not fit"),
        ("9.8 J", "9.8 kg m / s^2", "kg*m*s^-2"),
        ("1 h", "1 min", "60"),
        ("0 m", "0 s", "does not fit"),
        ("0 m", "0", "missing"),
    ],
)
def test_a_wrong_unit_is_incorrect_and_told(reference, answer, words):
    result = judged(reference, answer)

    assert result.verdict is Verdict.INCORRECT
    assert [remark.topic for remark in result.remarks] == [Topic.UNIT]
    assert words in result.feedback


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("25 degC", "25 K"),
        ("5 m", "5 m m"),
        ("5 m/s", "5 m s"),
        ("1 N", "1.001 N"),
        ("5 m", "-5 m"),
    ],
)
def test_another_quantity_is_incorrect(reference, answer):
    assert judged(reference, answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("240 foo", "Did you mean foot?"),
        ("240 gb", "Did you mean GB?"),
        ("240 dB", "not known"),
        ("five MB", "not known"),
        ("240 MB + 3 s", "Unlike units"),
        ("240 MB or 240 MiB", "not known"),
        ("240 MB^(MB)", "exponent"),
        ("240 MB^(10^9)", "power"),
        ("240 MB 3 4", "."),
        ("__import__('os') MB", "."),
        ("", ""),
    ],
)
def test_what_is_no_quantity_is_not_accepted(answer, words):
    result = judged("240 MB", answer)

    assert result.verdict in (Verdict.UNREADABLE, Verdict.MISSING)
    assert words in result.feedback


@pytest.mark.parametrize(
    ("reference", "answer", "options", "verdict"),
    [
        ("1.23 kft", "1330 ft", {"atol": "0.1 kft"}, Verdict.CORRECT),  # the edge is inside
        ("1.23 kft", "1330.01 ft", {"atol": "0.1 kft"}, Verdict.INCORRECT),
        ("1.23 kft", "1.3 kft", {"atol": "0.1"}, Verdict.CORRECT),
        ("84 h", "0 h", {"atol": "84"}, Verdict.CORRECT),
        ("84 h", "169 h", {"atol": "84"}, Verdict.INCORRECT),
        ("25 degC", "299.15 K", {"atol": "1 degC"}, Verdict.CORRECT),
        ("25 degC", "299.16 K", {"atol": "1 K"}, Verdict.INCORRECT),
        ("240.5 MB", "229.4 MiB", {"rtol": "0.003"}, Verdict.CORRECT),
        ("240.5 MB", "229.4 MB", {"rtol": "0.003"}, Verdict.INCORRECT),
        ("3.14159 m", "314 cm", {"digits": 3}, Verdict.CORRECT),
        ("3.14159 m", "3.1 m", {"digits": 3}, Verdict.INCORRECT),
    ],
)
def test_tolerances_are_in_units(reference, answer, options, verdict):
    assert judged(reference, answer, **options).verdict is verdict


@pytest.mark.parametrize("atol", ["1 s", "-1 m", "a bit"])
def test_a_tolerance_that_does_not_fit_is_the_authors_mistake(atol):
    with pytest.raises(SpecError, match="tolerance"):
        judged("5 m", "5 m", atol=atol)


def test_equal_quantities_have_one_canonical_text():
    assert judged("1 MB", "3 MiB").canonical == judged("1 MB", "3072 KiB").canonical


def test_a_unit_without_a_number_is_no_answer_to_how_much():
    result = judged("1 m", "m")

    assert result.verdict is Verdict.INCORRECT
    assert result.feedback == "The number is missing."
