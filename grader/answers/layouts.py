"""Arrays and shapes as people lay them out, rewritten as lists that the parser reads."""

import re

from grader.answers.spellings import without_modules

_ROWS = re.compile(r"[\n;]")
_SIMPLE = re.compile(
    r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?:/\d+)?|[-+]?[A-Za-z](?:_?\d+)?"
)
_WORD = re.compile(r"^\s*(?:torch\.)?(?:Size|size|shape)?\s*=?\s*(?=[(\[])")
_BY = re.compile(
    r"(?<=[\w)\]])\s*(?:\\times|×|✕|⨯|\*|·|\bby\b|(?<=[\d)\s])[xX](?=[\s(\d])|@)\s*(?=[\w(\\⌊])"
)

_BETWEEN = re.compile(r"\]\s*[-+*/^]")  # a sum or a product of arrays is no array of them


def rows_as_lists(text: str) -> str:
    """Return rows of numbers, with blanks, semicolons or line ends, as nested lists.

    >>> rows_as_lists("1 2; 3 4"), rows_as_lists("[1 2 3]"), rows_as_lists("[[1, 2], [3, 4]]")
    ('[[1, 2], [3, 4]]', '[1, 2, 3]', '[[1, 2], [3, 4]]')
    """
    body = text.strip()
    if body[:1] == "[" and body[-1:] == "]" and body.count("[") == 1:
        body = body[1:-1]
    if any(char in body for char in "[]{}\\&$<|") or not body:
        return _numpy(text)
    rows = [row for row in _ROWS.split(body) if row.strip()]
    cells = [_cells(row) for row in rows]
    if any(row is None for row in cells):
        return text
    joined = ["[" + ", ".join(row or ()) + "]" for row in cells]
    return joined[0] if len(joined) == 1 else "[" + ", ".join(joined) + "]"


def arrays_as_lists(text: str) -> str:
    """Return the text with its rows of numbers, wherever they stand, as nested lists.

    >>> arrays_as_lists("1/2 [1 2; 3 4]"), arrays_as_lists("[1 2 3].T"), arrays_as_lists("1 2 3")
    ('1/2 [[1, 2], [3, 4]]', '[1, 2, 3]^T', '[1, 2, 3]')
    """
    text = without_modules(text)
    start, end = text.find("["), text.rfind("]")
    if start < 0 or "\\begin" in text or not (text[:start].strip() or text[end + 1 :].strip()):
        return rows_as_lists(text)
    after = text[end + 1 :]
    if after.strip() in (".T", ".t()"):
        after = "^T"
    return text[:start] + rows_as_lists(text[start : end + 1]) + after


def _numpy(text: str) -> str:
    """Return [[1 2] [3 4]], as NumPy prints it, with its commas."""
    if any(char in text for char in ",;\\&{}()") or "[" not in text:
        return text
    if _BETWEEN.search(text):
        return text
    spaced = re.sub(r"(?<=[\w.\]])\s+(?=[-+\w.\[])", ", ", text)
    return re.sub(r"\]\s*\[", "], [", spaced)


def _cells(row: str) -> list[str] | None:
    """Return the cells of a row that is cut by commas or, if they are simple, by blanks."""
    row = row.strip().strip(",")
    if row[:1] == "(" and row[-1:] == ")":
        row = row[1:-1]
    if "," in row:
        return [cell.strip() for cell in row.split(",")] if "(" not in row else None
    cells = row.split()
    return (
        cells
        if all(_SIMPLE.fullmatch(cell) for cell in cells)
        else ([row] if len(cells) < 2 else None)
    )


def shape_as_list(text: str) -> str:
    """Return the sizes of a shape, however they are joined, with commas between.

    >>> shape_as_list("3@48 × 48"), shape_as_list("10x64x32"), shape_as_list("3 32 32")
    ('3,48,48', '10,64,32', '3, 32, 32')
    """
    written = _BY.sub(",", _WORD.sub("", text.strip()))
    if "," not in written and re.fullmatch(r"[\[(]?\s*\w+(?:\s+\w+)+\s*[\])]?", written):
        written = re.sub(r"(?<=\w)\s+(?=\w)", ", ", written)
    return written
