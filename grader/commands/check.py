"""`grader check`: judge answers in a file, one JSON object a line."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import click

from grader.checks.lines import Outcome, check_line
from grader.errors import UsageError

_CHUNK = 256
Numbered = tuple[int, str]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes to use."
)
def check(file: Path, jobs: int) -> None:
    """Judge every line of FILE (JSON Lines). Exit 1 if a line was broken."""
    broken = False
    for outcome in _outcomes(file, jobs):
        broken = broken or outcome.broken
        click.echo(json.dumps(outcome.record, ensure_ascii=False))
        if outcome.broken:
            click.echo(f"{file}:{outcome.record['line']}: {outcome.record['error']}", err=True)
    if broken:
        raise click.exceptions.Exit(1)


def _outcomes(file: Path, jobs: int) -> Iterator[Outcome]:
    chunks = _chunks(file)
    if jobs == 1:
        for chunk in chunks:
            yield from check_chunk(chunk)
        return
    with ProcessPoolExecutor(min(jobs, os.cpu_count() or 1)) as pool:
        for outcomes in pool.map(check_chunk, chunks):
            yield from outcomes


def check_chunk(chunk: list[Numbered]) -> list[Outcome]:
    """Return the outcomes of some lines."""
    return [check_line(number, text) for number, text in chunk]


def _chunks(file: Path) -> Iterator[list[Numbered]]:
    """Yield the lines that are not blank, numbered from 1, some at a time."""
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            numbered = ((k, line) for k, line in enumerate(lines, 1) if line.strip())
            while chunk := list(islice(numbered, _CHUNK)):
                yield chunk
    except OSError as error:
        raise UsageError(f"{file}: {error}") from error
