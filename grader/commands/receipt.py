"""`grader receipt`: check what a student kept."""

import json
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from grader.errors import UsageError
from grader.services.receipts import signing_key
from grader.services.receipts import verify as is_genuine
from grader.settings import Secrets, Settings


@click.group()
def receipt() -> None:
    """Verify receipts, and print the key that others verify them with."""


@receipt.command()
@click.argument("receipt_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--content",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The stored text that the receipt is for.",
)
@click.option("--public-key", help="The course's key, in hexadecimal; else this service's own.")
def verify(receipt_file: Path, content: Path | None, public_key: str | None) -> None:
    """Tell whether RECEIPT_FILE was given by this service; exit 1 if not."""
    try:
        fields = json.loads(receipt_file.read_text(encoding="utf-8"))
        text = content.read_text(encoding="utf-8") if content else None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{receipt_file}: {error}") from error
    if not isinstance(fields, dict):
        raise UsageError(f"{receipt_file}: this is no receipt")
    if not is_genuine(fields, _key(public_key), text):
        click.echo(
            f"{receipt_file}: NOT genuine: it was changed, or another service gave it", err=True
        )
        raise click.exceptions.Exit(1)
    click.echo(
        f"genuine: {fields['student']}, {fields['assignment']} problem {fields['problem']}, "
        f"attempt {fields['attempt']}, received {fields['received_at']}"
    )


@receipt.command()
def key() -> None:
    """Print the public key, for anyone who wants to check receipts without this service."""
    own = signing_key(Secrets.load(Settings.from_env()).signing_key).public_key()
    click.echo(own.public_bytes(Encoding.Raw, PublicFormat.Raw).hex())


def _key(public_key: str | None) -> Ed25519PublicKey:
    if public_key is None:
        return signing_key(Secrets.load(Settings.from_env()).signing_key).public_key()
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise UsageError(f"--public-key: 64 hexadecimal digits are a key: {error}") from error
