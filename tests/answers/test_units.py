"""Units are what pint says they are, without its registry being built."""

import math
import subprocess
import sys

import pint
import pytest

from grader.answers import units

OURS = {"b", "Gb", "Nm", "centigrade"}  # of computing and daily life; pint reads them otherwise


@pytest.fixture(scope="module")
def registry():
    return pint.UnitRegistry()


def test_every_unit_is_the_one_that_pint_defines(registry):
    compared = 0
    for word in set(units._index()) - OURS:
        try:
            mine = units.unit(word)
            factor, base = registry.get_root_units(word)
        except (units.UnknownUnit, pint.UndefinedUnitError):
            continue  # ours alone, or in units that are no fractions of others
        grams = dict(mine.dimensions).get("mass", 0)
        value = float(mine.factor) * math.pi**mine.turns * 1000 ** float(grams)
        assert math.isclose(value, factor, rel_tol=1e-12), word
        if "information" not in dict(mine.dimensions):  # bits count as nothing in pint
            theirs = registry.get_dimensionality(base)
            names = {f"[{name}]": float(exponent) for name, exponent in mine.dimensions}
            assert names == pytest.approx(dict(theirs)), word
        compared += 1
    assert compared > 800


@pytest.mark.parametrize(
    "word",
    [
        "km",
        "mA",
        "MHz",
        "megahertz",
        "milliseconds",
        "nm",
        "kft",
        "us",
        "Mpc",
        "kWh",
        "mmol",
        "hPa",
    ],
)
def test_prefixes_are_those_of_pint(registry, word):
    mine = units.unit(word)

    factor, _ = registry.get_root_units(word)

    grams = float(dict(mine.dimensions).get("mass", 0))
    assert float(mine.factor) * 1000**grams == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("word", "bits"),
    [("B", 8), ("kB", 8000), ("KB", 8000), ("KiB", 8192), ("Mb", 10**6), ("Mbit", 10**6),
     ("mebibytes", 8 * 2**20), ("GB", 8 * 10**9), ("TiB", 8 * 2**40)],
)  # fmt: skip
def test_binary_and_decimal_prefixes_of_bytes_differ(word, bits):
    assert units.unit(word).factor == bits


@pytest.mark.parametrize(
    "word", ["dB", "dBm", "e", "c", "foo", "units", "cats", "GBs", "", "m" * 50]
)
def test_words_that_name_no_plain_unit_are_unknown(word):
    assert not units.is_unit(word)


def test_an_exponent_beyond_reason_is_refused():
    with pytest.raises(units.UnknownUnit):
        units.unit("km").power(units.Fraction(10**9))


def test_looking_up_units_does_not_load_pint():
    code = "import sys; from grader.answers import units; units.unit('kWh'); "
    code += "print('pint' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
