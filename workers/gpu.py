"""GPU runs: the peak memory of one training step, measured on a device that is ours alone.

The step runs in a process of its own, so that a CUDA context, an out-of-memory or a crash never
outlives its job, and the worker itself never touches CUDA.
"""

import json
import logging
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from grader.commands.doctor import Finding, Health
from grader.errors import SolverError, TransientError
from grader.settings import Settings
from grader.spec import TrainingStep

logger = logging.getLogger(__name__)

START_SECONDS = 120
"""Allowed on top of the run's own limit for importing torch and starting CUDA."""


def measure(step: TrainingStep, settings: Settings) -> dict[str, Any]:
    """Run `step` and return what was measured.

    Returns:
        `device` (its name), `peak_bytes` (the most that was allocated at once during the step,
        tensors only) and, on a GPU, `reserved_bytes` and `context_bytes`.

    Raises:
        TransientError: there is no GPU here and no smoke setting; another worker may have one.
        SolverError: the run failed or took longer than its limit.
    """
    command = [sys.executable, "-m", "workers.training_step"]
    if settings.gpu_smoke:
        command.append("--cpu")
    try:
        done = subprocess.run(  # noqa: S603  our own module, no shell
            command,
            input=json.dumps(asdict(step)),
            capture_output=True,
            text=True,
            timeout=step.limit_seconds + START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SolverError(f"the training step took longer than {error.timeout} s") from error
    if done.returncode == NO_DEVICE:
        raise TransientError("no CUDA device here: it needs a GPU worker that has one")
    if done.returncode != 0:
        raise SolverError(f"the training step failed: {done.stderr.strip()[-500:]}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def check_gpu(settings: Settings) -> Finding:
    """Say for `grader doctor` whether GPU jobs can run here; without a device they wait."""
    if settings.gpu_smoke:
        text = "GRADER_GPU_SMOKE: GPU jobs run on the CPU here; never for grades"
        return Finding(Health.WARN, "gpu", text)
    asked = [sys.executable, "-c", "import torch; print(torch.cuda.device_count())"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  ours
    count = done.stdout.strip() or "0"
    if count == "0":
        text = "no CUDA device: with GRADER_GPU_WORKERS=0 GPU jobs wait for a worker that has one"
        return Finding(Health.WARN, "gpu", text)
    return Finding(Health.OK, "gpu", f"{count} CUDA devices")


NO_DEVICE = 75
"""Exit status of a run that found no device: EX_TEMPFAIL of sysexits.h."""
