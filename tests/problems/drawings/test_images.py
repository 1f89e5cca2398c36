"""Pictures of what a filter does say what their colours mean."""

import re

from problems.drawings import svg
from problems.drawings.images import filtered


def test_both_signs_have_their_colour_in_the_legend():
    drawn = filtered({"your filter": [[1, -1]]}).svg

    for colour, word in ((svg.INK, "positive"), (svg.WRONG, "negative")):
        swatch = re.search(rf'<rect[^>]*fill="{re.escape(colour)}"[^>]*/><text[^>]*>([^<]*)', drawn)
        assert swatch is not None
        assert swatch[1] == word
    assert "empty: 0" in drawn
