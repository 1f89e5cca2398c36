"""`grader receipt`: check what a student kept."""

import hashlib
import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from grader.errors import UsageError
from grader.services.receipts import is_signed, signing_key
from grader.settings import Secrets, Settings


@click.group()
def receipt() -> None:
    """Verify receipts, and print their public key."""


@receipt.command()
@click.argument("receipt_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--content",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The stored text that the receipt is for.",
)
@click.option("--public-key", help="The course's key, in hexadecimal; else this service's own.")
def verify(receipt_file: Path, content: Path | None, public_key: str | None) -> None:
    """Tell whether RECEIPT_FILE is genuine. Exit 1 if not, or not for that content."""
    fields = _fields(receipt_file)
    text = _bytes_of(content) if content else None
    signed = is_signed(fields, _key(public_key))
    fits = text is None or hashlib.sha256(text).hexdigest() == fields["sha256"]
    if signed:
        click.echo(
            f"genuine: {fields['student']}, {fields['assignment']} problem {fields['problem']}, "
            f"attempt {fields['attempt']}, received {fields['received_at']}"
        )
    else:
        click.echo(f"{receipt_file}: NOT genuine: {_UNSIGNED}", err=True)
    if content and text is not None and not fits:
        why = _other_content(text, fields) if signed else _NOBODY_KNOWS
        click.echo(f"{content}: NOT what the receipt is for: {why}", err=True)
    if not (signed and fits):
        raise click.exceptions.Exit(1)


_UNSIGNED = (
    "it is not as it was signed, or another service signed it. Ask for the file as it was "
    "downloaded; for a receipt of another service, give its key with --public-key"
)
_NOBODY_KNOWS = (
    "it has not the SHA-256 that the receipt names; since that is not genuine, it cannot be known "
    "which of the two was changed"
)


def _other_content(text: bytes, fields: Mapping[str, Any]) -> str:
    """Return how a content differs from the one that a genuine receipt is for."""
    again = (
        f"Download “What was stored” again, on the page of {fields['number']}, and do not edit it"
    )
    if hashlib.sha256(text.removeprefix(BOM_UTF8).strip()).hexdigest() == fields["sha256"]:
        return (
            f"the text is the same, but blanks or a line end were added when it was saved. {again}"
        )
    return (
        "the receipt is as it was signed, so this file was changed after it was stored, or belongs "
        f"to another attempt. {again}"
    )


def _fields(path: Path) -> dict[str, Any]:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {error}") from error
    if not isinstance(fields, dict):
        raise UsageError(f"{path}: this is no receipt")
    return fields


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error}") from error


@receipt.command()
def key() -> None:
    """Print the public key. Anyone can check receipts with it, without this service."""
    own = signing_key(Secrets.load(Settings.from_env()).signing_key).public_key()
    click.echo(own.public_bytes(Encoding.Raw, PublicFormat.Raw).hex())


def _key(public_key: str | None) -> Ed25519PublicKey:
    if public_key is None:
        return signing_key(Secrets.load(Settings.from_env()).signing_key).public_key()
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise UsageError(f"--public-key: 64 hexadecimal digits are a key: {error}") from error
