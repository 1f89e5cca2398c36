"""What is put to student code, as a hash: evidence collected under it can be judged again."""

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from types import MappingProxyType
from typing import Any

from grader.spec import Probe
from grader.spec import Problem as SpecProblem


def collect_hash(spec: SpecProblem, files: Mapping[str, bytes] = MappingProxyType({})) -> str:
    """Return a hash of what is put to the student: while it stays, evidence stays good.

    `files` are what the notebook finds where it runs, by name. Of a probe it takes what the sandbox
    is sent and the source of the function that draws, not what that function calls elsewhere: an
    author who changes only that has nothing collected again, and changes the function that draws
    where it should be.
    """
    asked: Mapping[str, Any] = {
        "fields": [
            [part.label, field.name, _asked(field.probe) if field.probe else None]
            for part in spec.parts
            for field in part.fields
        ],
        "notebook": asdict(spec.notebook) if spec.notebook else None,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "run": asdict(spec.run(spec.as_set)) if spec.run else None,
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


JUDGED_WITH = ("reference", "compare", "accept", "wrong", "shared")
"""Fields of a probe that only judging reads."""


def _asked(probe: Probe) -> list[str]:
    sent = [type(probe).__name__]
    for item in fields(probe):
        if item.name in JUDGED_WITH:
            continue
        value = getattr(probe, item.name)
        sent.append(f"{item.name}={inspect.getsource(value) if callable(value) else value!r}")
    return sent
