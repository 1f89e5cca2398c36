"""The few shapes that the drawings are made of.

Ink is `currentColor`; accents are the portal's custom properties, with fallbacks that can be read
on light and on dark paper.
"""

from collections.abc import Iterable, Sequence
from html import escape

from grader.spec import Drawing

ACCENT = "var(--accent, #3b82b8)"
WRONG = "var(--wrong, #c8544a)"
SOFT = "var(--soft, #7b8494)"
INK = "currentColor"


def drawing(width: float, height: float, shapes: Iterable[str], alt: str) -> Drawing:
    """Return shapes on a sheet of that size, in user units of about a pixel."""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(width)} {_short(height)}" '
        f'width="{_short(width)}" height="{_short(height)}" role="img" aria-label="{escape(alt)}" '
        'font-family="inherit" font-size="13">'
    )
    return Drawing(f"{opening}{''.join(shapes)}</svg>", alt)


def box(
    corner: tuple[float, float],
    size: tuple[float, float],
    *,
    fill: str = "none",
    opacity: float = 1.0,
    stroke: str = "none",
) -> str:
    """Return a rectangle by its top left corner; the opacity is that of its filling."""
    (x, y), (width, height) = corner, size
    return (
        f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(width)}" '
        f'height="{_short(height)}" fill="{fill}" fill-opacity="{opacity:.3g}" '
        f'stroke="{stroke}" stroke-width="1.5"/>'
    )


def squares(
    corners: Iterable[tuple[float, float]], side: float, *, fill: str, opacity: float
) -> str:
    """Return equal squares by their top left corners, as one shape."""
    edge = _short(side)
    drawn = "".join(f"M{_short(x)} {_short(y)}h{edge}v{edge}h-{edge}z" for x, y in corners)
    return f'<path d="{drawn}" fill="{fill}" fill-opacity="{opacity:.3g}"/>'


def words(at: tuple[float, float], text: str, *, colour: str = INK, anchor: str = "middle") -> str:
    """Return a line of text whose baseline is at that place."""
    return (
        f'<text x="{_short(at[0])}" y="{_short(at[1])}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def path(points: Sequence[tuple[float, float]], *, colour: str = INK, dashed: bool = False) -> str:
    """Return a line through the points."""
    joined = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'


def dot(at: tuple[float, float], *, colour: str = INK) -> str:
    """Return a small disc."""
    return f'<circle cx="{_short(at[0])}" cy="{_short(at[1])}" r="3.5" fill="{colour}"/>'


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
