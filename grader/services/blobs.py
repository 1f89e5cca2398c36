"""Bytes in the database, by their SHA-256: bundles, notebooks, evidence.

What is computed from stored rows and can be computed again (a drawing of an answer) is kept beside
them, by a digest of what it is computed from.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.db import inserting
from grader.models import Blob


def store(session: Session, content: bytes, *, now: datetime) -> str:
    """Keep `content` where it is not kept yet; return its SHA-256 in hexadecimal."""
    digest = hashlib.sha256(content).hexdigest()
    if session.get(Blob, digest) is None:
        row = inserting(session, Blob).values(sha256=digest, content=content, created_at=now)
        session.execute(
            row.on_conflict_do_nothing(index_elements=["sha256"])
        )  # somebody stores it just now
    return digest


def derived_key(what: str, source: Any) -> str:
    """Return the key of what is computed from `source`, JSON values.

    Another hash than that of stored content: nobody can hand in bytes that have this key.

    Args:
        what: what is computed, up to 16 ASCII letters.
    """
    text = json.dumps(source, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=32, person=what.encode()).hexdigest()


def keep_derived(session: Session, key: str, content: bytes, *, now: datetime) -> None:
    """Keep what was computed under its key, in place of what was computed before."""
    kept = {"content": content, "created_at": now}
    row = inserting(session, Blob).values(sha256=key, **kept)
    session.execute(row.on_conflict_do_update(index_elements=["sha256"], set_=kept))


def derived(session: Session, key: str) -> bytes | None:
    """Return what was computed under a key; None where nothing was."""
    found = session.get(Blob, key)
    return None if found is None else found.content
