"""One training step in a process of its own: reads a TrainingStep as JSON, prints what it took.

echo '{...}' | python -m workers.training_step [--cpu]
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from workers.gpu import NO_DEVICE


def build(layers: Iterable[Mapping[str, Sequence[int]]]) -> nn.Sequential:
    """Return the network that plain data describes; convolutions pad to keep the size.

    Raises:
        ValueError: a layer's kind is unknown.
    """
    return nn.Sequential(
        *(_layer(kind, sizes) for layer in layers for kind, sizes in layer.items())
    )


def _layer(kind: str, sizes: Sequence[int]) -> nn.Module:
    match kind:
        case "conv":
            inputs, outputs, kernel = sizes
            return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        case "linear":
            inputs, outputs = sizes
            return nn.Linear(inputs, outputs)
        case "pool":
            (kernel,) = sizes
            return nn.MaxPool2d(kernel)
        case "relu":
            return nn.ReLU()
        case "flatten":
            return nn.Flatten()
    raise ValueError(f"no layer is called {kind!r}")


def optimizer_for(name: str, model: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer of that name.

    Raises:
        ValueError: the name is unknown.
    """
    match name:
        case "sgd":
            return torch.optim.SGD(model.parameters(), lr=1e-2)
        case "momentum":
            return torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9)
        case "adam":
            return torch.optim.Adam(model.parameters(), lr=1e-3)
    raise ValueError(f"no optimizer is called {name!r}")


def step(model: nn.Module, batch: Tensor, optimizer: torch.optim.Optimizer) -> None:
    """Forward, backward and update once; the loss is the mean square of the output."""
    optimizer.zero_grad(set_to_none=True)
    model(batch).square().mean().backward()
    optimizer.step()


def measure_on_gpu(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return peak bytes as PyTorch's allocator counts them, after a first step that warms up."""
    device = torch.device("cuda", 0)
    free_before, _total = torch.cuda.mem_get_info(device)
    model = build(spec["layers"]).to(device)
    batch = torch.randn(*spec["input_shape"], device=device)
    optimizer = optimizer_for(spec["optimizer"], model)
    step(model, batch, optimizer)  # makes the optimizer's state, which a training step stands on
    torch.cuda.synchronize(device)
    torch.cuda.reset_peak_memory_stats(device)
    step(model, batch, optimizer)
    torch.cuda.synchronize(device)
    free_after, _total = torch.cuda.mem_get_info(device)
    reserved = torch.cuda.memory_reserved(device)
    return {
        "device": torch.cuda.get_device_name(device),
        "peak_bytes": torch.cuda.max_memory_allocated(device),
        "reserved_bytes": reserved,
        "context_bytes": max(free_before - free_after - reserved, 0),
    }


def measure_on_cpu(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return peak bytes of the same step on the CPU, counted tensor by tensor."""
    from torch.distributed._tools.mem_tracker import MemTracker

    model = build(spec["layers"])
    batch = torch.randn(*spec["input_shape"])
    optimizer = optimizer_for(spec["optimizer"], model)
    step(model, batch, optimizer)
    tracker = MemTracker()
    tracker.track_external(model, optimizer, batch)
    with tracker:
        step(model, batch, optimizer)
    peak = tracker.get_tracker_snapshot("peak")
    return {
        "device": "CPU (smoke run)",
        "peak_bytes": int(sum(kinds["Total"] for kinds in peak.values())),
    }


def main() -> int:
    """Measure what standard input describes; the exit status says if there was no device."""
    spec = json.load(sys.stdin)
    if "--cpu" in sys.argv[1:]:
        measured = measure_on_cpu(spec)
    elif torch.cuda.is_available():
        measured = measure_on_gpu(spec)
    else:
        return NO_DEVICE
    json.dump(measured, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
