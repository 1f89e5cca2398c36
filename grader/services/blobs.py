"""Bytes in the database, by their SHA-256: bundles, notebooks, evidence."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from grader.models import Blob


def store(session: Session, content: bytes, *, now: datetime) -> str:
    """Keep `content` where it is not kept yet; return its SHA-256 in hexadecimal."""
    digest = hashlib.sha256(content).hexdigest()
    if session.get(Blob, digest) is None:
        session.add(Blob(sha256=digest, content=content, created_at=now))
        session.flush()
    return digest
