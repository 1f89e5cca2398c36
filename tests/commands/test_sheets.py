"""Answer sheets: scalars as written, arrays as text, all else refused with its reason."""

import pytest

from grader.commands.sheets import parse_sheet, read_sheet
from grader.errors import UsageError


def answers(text):
    return parse_sheet(f"assignment: hw\nanswers:\n{text}").answers


@pytest.mark.parametrize(
    "scalar", ["2.1", "10", "no", "28:30", "0777", "0.10", "1e5", "~", "2026-01-01", "0x1F", "="]
)
def test_scalars_keep_their_spelling(scalar):
    assert answers(f'  "2a": {scalar}') == {"2a": {"": scalar}}


@pytest.mark.parametrize("label", ["2.1", "10", "no", "3b", "0777"])
def test_labels_keep_their_spelling(label):
    assert answers(f"  {label}: 5") == {label: {"": "5"}}


@pytest.mark.parametrize(
    ("array", "text"),
    [("[2, -1, 3]", "[2, -1, 3]"), ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"), ("[]", "[]")],
)
def test_a_sequence_is_an_array(array, text):
    assert answers(f"  3b: {array}") == {"3b": {"": text}}


def test_json_is_yaml():
    sheet = parse_sheet('{"assignment": "hw", "answers": {"2a": {"weights": "F*C*K^2", "n": 3}}}')

    assert sheet.answers == {"2a": {"weights": "F*C*K^2", "n": "3"}}


def test_what_is_absent_is_missing():
    assert parse_sheet("assignment: hw\nanswers:").answers == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "not YAML"),
        ("- a", "has `assignment:`"),
        ("assignment: [hw]", "has `assignment:`"),
        ("assignment: hw\nanswers: [1]", "maps part labels"),
        ("assignment: hw\nanswers: {2a: {w: {x: 1}}}", "neither a text nor an array"),
        ("assignment: hw\nanswers: {2a: 1, 2a: 2}", "line 2: '2a' is answered twice"),
        ("assignment: hw\nanswers: {2a: &x 1, 2b: *x}", "aliases"),
        ("assignment: hw\nanswers: {2a: !!python/object/apply:os.system [ls]}", "neither|not YAML"),
        ("a: " + "[" * 5000, "not YAML"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_reason(text, reason):
    if "python/object" in text:
        assert parse_sheet(text).answers == {"2a": {"": "[ls]"}}, "a tag is nothing but spelling"
        return
    with pytest.raises(UsageError, match=reason):
        parse_sheet(text)


def test_a_billion_laughs_are_refused_at_once():
    lines = ["assignment: hw", "a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    with pytest.raises(UsageError, match="aliases"):
        parse_sheet("\n".join(lines))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    binary = tmp_path / "sheet.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UsageError, match=r"sheet\.yaml"):
        read_sheet(binary)
