"""Receipts: what a student keeps to prove what was handed in, and when.

A receipt names the submission, its time and the SHA-256 of what is stored, signed with Ed25519;
anyone who has the course's public key can check it, without asking the service.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from grader.errors import UsageError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that are read for one another."""

SIGNED = (
    "number", "student", "course", "assignment", "problem", "attempt", "received_at", "sha256",
)  # fmt: skip


def new_number() -> str:
    """Return a receipt number that is short to read out and cannot be guessed: 59 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def signing_key(seed: bytes) -> Ed25519PrivateKey:
    """Return the key that the service signs with, from its 32 secret bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def sha256_of(content: str) -> str:
    """Return the hash that a receipt carries for what is stored."""
    return hashlib.sha256(content.encode()).hexdigest()


def sign(fields: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the receipt: its fields and the signature over them."""
    signed = {name: fields[name] for name in SIGNED}
    signature = key.sign(_bytes(signed))
    return {**signed, "signature": base64.b64encode(signature).decode()}


def _bytes(signed: Mapping[str, Any]) -> bytes:
    return json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()


def verify(receipt: Mapping[str, Any], key: Ed25519PublicKey, content: str | None = None) -> bool:
    """Tell whether the service with this key gave the receipt, for `content` where it is given.

    Raises:
        UsageError: it lacks a field, and so is no receipt.
    """
    fits = content is None or sha256_of(content) == receipt.get("sha256")
    return is_signed(receipt, key) and fits


def is_signed(receipt: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Tell whether the service with this key signed the fields of the receipt as they are.

    Raises:
        UsageError: it lacks a field, and so is no receipt.
    """
    try:
        signed = {name: receipt[name] for name in SIGNED}
        signature = base64.b64decode(receipt["signature"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"this is no receipt: {error}") from error
    try:
        key.verify(signature, _bytes(signed))
    except InvalidSignature:
        return False
    return True
