"""What students' programs have shown is cut, cleaned and bounded before a page shows it."""

import time

import pytest
from notebook_course import png

from web import cleaned


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m\x00 \u202eflip", "red flip"),
        ("\x1b]0;title\x07a\r\nb", "a\nb"),
        ("tab\there", "tab\there"),
        ("<b>&", "<b>&"),
    ],
)
def test_terminal_codes_and_controls_are_taken_out(raw, shown):
    assert cleaned.text(raw) == shown


def test_long_text_is_cut_in_the_middle_and_counted():
    shown = cleaned.text("a" * 15_000 + "b" * 15_000)

    assert "10,000 characters left out" in shown
    assert (shown[0], shown[-1]) == ("a", "b")


@pytest.mark.parametrize(
    "soup",
    [
        "<div>" * 101, "<div></x>" * 9_000, "<b>" * 30_000, "<table>" * 9_000, "x" * 100_001,
        "<ul><li>" * 5_000, "<svg>" * 9_000,
    ],
)  # fmt: skip
def test_html_that_takes_long_to_clean_is_left_out(soup):
    assert cleaned.html(soup) is None


@pytest.mark.parametrize(
    "soup",
    [
        ("<div>" * 99 + "</div>" * 99) * 90, "<p><b></p>" * 90, "<br>" * 20_000,
        "<table>" + "<tr><td>1</td></tr>" * 4_900 + "</table>",
    ],
)  # fmt: skip
def test_html_that_is_let_in_is_cleaned_quickly(soup):
    began = time.perf_counter()

    assert cleaned.html(soup)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["[" * 20_000, "*a " * 6_000, "> " * 10_000, "![](" * 5_000])
def test_hostile_markdown_takes_no_time_to_speak_of(text):
    began = time.perf_counter()

    assert cleaned.markdown(text)
    assert time.perf_counter() - began < 2


def test_headings_of_a_notebook_stand_below_those_of_the_page():
    assert cleaned.markdown("# A\n## B") == "<h3>A</h3>\n<h4>B</h4>\n"


def test_a_picture_is_what_its_first_bytes_say():
    found = cleaned.picture(png(3, 2))

    assert found is not None
    assert (found.mime, found.width, found.height) == ("image/png", 3, 2)


def test_the_size_of_a_jpeg_is_read_from_its_frame():
    frame = b"\xff\xc0\x00\x11\x08\x00\x05\x00\x07" + bytes(10)
    found = cleaned.picture(b"\xff\xd8\xff\xe0\x00\x04ab" + frame)

    assert found is not None
    assert (found.mime, found.width, found.height) == ("image/jpeg", 7, 5)
