"""What students' programs have shown, made fit for our pages: HTML, Markdown, text, pictures."""

import hashlib
import re
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

LONGEST_TEXT = 20_000
LONGEST_HTML = 100_000
DEEPEST_HTML = 100
MAX_PIXELS = 40_000_000
LARGEST_PICTURE = 5 << 20

_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_WORDS = {"p", "br", "hr", "div", "span", "b", "strong", "i", "em", "code", "pre", "sub", "sup",
          "ul", "ol", "li", "dl", "dt", "dd", "blockquote"}  # fmt: skip
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}
_SPANS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED = {"script", "style", "svg", "math", "template", "iframe", "object"}
_VOID = {"br", "hr", "img", "input", "col", "wbr", "meta", "link"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_SIZES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the segments that tell a size
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown; its type and size are read from its own first bytes."""

    mime: str
    width: int
    height: int
    data: bytes

    @property
    def sha256(self) -> str:
        """What its address is made of."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def base64(self) -> str:
        """Its bytes as notebooks store them."""
        return b64encode(self.data).decode()


def picture(data: bytes) -> Picture | None:
    """Return a PNG or JPEG picture; None for anything else, and for one that is too large."""
    if len(data) > LARGEST_PICTURE:
        return None
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        mime, size = "image/png", (_number(data[16:20]), _number(data[20:24]))
    elif data.startswith(_JPEG):
        mime, size = "image/jpeg", _jpeg_size(data)
    else:
        return None
    width, height = size
    if not 0 < width * height <= MAX_PIXELS:
        return None
    return Picture(mime, width, height, data)


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the frame's header; zeros where there is none."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:  # noqa: PLR2004  # a marker's first byte
        if data[place + 1] in _JPEG_SIZES:
            return _number(data[place + 7 : place + 9]), _number(data[place + 5 : place + 7])
        place += 2 + max(2, _number(data[place + 2 : place + 4]))
    return 0, 0


def text(raw: str, limit: int = LONGEST_TEXT) -> str:
    """Return text without terminal codes and controls, cut in the middle where it is long."""
    raw = raw.replace("\r\n", "\n")
    if len(raw) > limit:
        half = limit // 2
        raw = f"{raw[:half]}\n[… {len(raw) - 2 * half:,} characters left out …]\n{raw[-half:]}"
    return _CONTROL.sub("", _ANSI.sub("", raw))


def html(raw: str) -> Markup | None:
    """Return HTML with text and tables only; None where it is too large or too deep to clean."""
    if len(raw) > LONGEST_HTML or _depth(raw) > DEEPEST_HTML:
        return None
    cleaned = _clean(raw, _TABLES | _WORDS)
    # The empty corner of a table heads nothing, and must not be read out as if it did.
    return Markup(str(cleaned).replace("<th></th>", "<td></td>"))  # noqa: S704  (cleaned above)


def _clean(raw: str, tags: set[str]) -> Markup:
    cleaned = nh3.clean(
        raw, tags=tags, clean_content_tags=_DROPPED, attributes=_SPANS, link_rel=None
    )
    return Markup(cleaned)  # noqa: S704  (tags and two attributes of numbers, from a list of ours)


def _depth(raw: str) -> int:
    """Bound how deep elements lie in one another: cleaning takes the square of it."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(raw):
        name = match.group(2).lower()
        if name in _VOID:
            continue
        if not match.group(1):
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return deepest


def markdown(raw: str) -> Markup:
    """Return Markdown as HTML without raw HTML, pictures or links; headings below the page's."""
    if len(raw) > LONGEST_TEXT:
        return Markup("<pre>{}</pre>").format(escape(text(raw)))
    rendered = _markdown.render(text(raw))
    for given, shown in reversed(_HEADINGS.items()):
        rendered = re.sub(rf"(</?){given}>", rf"\1{shown}>", rendered)
    return _clean(rendered, _TABLES | _WORDS | set(_HEADINGS.values()))
