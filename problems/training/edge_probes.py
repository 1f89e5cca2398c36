"""What the notebook on edges is asked: its data, its loaders, and what its networks have learned.

Later cells overwrite the names that earlier ones fill in, so that the author's watch keeps the
loaders, and every network that `train_model` has trained. A network is judged on images drawn
afterwards. The threshold that the notebook states is one that its own few validation images show,
so that a network passes whose accuracy could have shown there: three standard errors, of those
images and of ours, below it (a right one fails once in 700 times at most).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks.probe_values import as_array, describe
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Answered, Calls, Judged, Params, Value, WrongWay

from .edge_images import FIVE, SIDE, THREE, Bytes, draw_images, shown

SMALL_EACH, SMALL_BATCH = 10, 32
SWEEP, SWEEP_BATCH = (10, 30, 50, 100), 10
VALID_EACH, VALID_BATCH = 50, 256
EACH = 200  # images of every kind that a network is judged on
STANDARD_ERRORS = 3.0

WATCH = {
    r"\btrain_loader_dict\b": """
_kept_loaders = globals().get("_kept_loaders", [])
if isinstance(globals().get("train_loader_dict"), dict) and train_loader_dict:
    _kept_loaders.append((dict(train_loader_dict), globals().get("valid_loader")))
""",
    r"def\s+train_model\b": """
import functools as _functools
import inspect as _inspect
_trainings = globals().get("_trainings", [])
def _kept(_train):
    @_functools.wraps(_train)
    def train_model(*args, **named):
        result = _train(*args, **named)
        _trainings.append(list(_inspect.signature(_train).bind(*args, **named).arguments.values()))
        return result
    train_model._kept = True
    return train_model
if callable(globals().get("train_model")) and not hasattr(train_model, "_kept"):
    train_model = _kept(train_model)
""",
}

ITEMS = """
def items_of(dataset):
    import numpy as np
    items = [dataset[i] for i in range(min(len(dataset), 500))]
    return [np.asarray(image) for image, _ in items], [int(label) for _, label in items]
"""

FACTS = """
def is_plain(dataset):
    classes = getattr(dataset, "num_classes", 3)
    ratio = getattr(dataset, "possible_edge_location_ratio", 1.0)
    return classes == 3 and ratio >= 1 and not getattr(dataset, "use_permutation", False)

def of_three_classes(kept):
    plain = [pair for pair in kept if all(is_plain(l.dataset) for l in pair[0].values())]
    return (plain[-1:] or kept[:1])[0]

def loader_facts(loader):
    import torch
    labels = [int(loader.dataset[i][1]) for i in range(len(loader.dataset))]
    return {
        "images of each class": [labels.count(c) for c in sorted(set(labels))],
        "batch_size": loader.batch_size,
        "shuffled": isinstance(loader.sampler, torch.utils.data.RandomSampler),
    }
"""

PREDICTIONS = """
def trained(train_model, images_each, classes, shifted, kind):
    import torch
    found = []
    for model, optimizer, epochs, loader, *_ in globals().get("_trainings", []):
        data = loader.dataset
        fits = len(data) == images_each * classes and getattr(data, "num_classes", 3) == classes
        fits = fits and (getattr(data, "possible_edge_location_ratio", 1.0) < 1) == shifted
        fits = fits and not getattr(data, "use_permutation", False)
        convolves = any(isinstance(layer, torch.nn.Conv2d) for layer in model.modules())
        if fits and convolves and (kind is None or isinstance(model, kind)):
            found.append((model, data))
    if not found:
        raise LookupError(f"no such network was trained on {images_each} images per class")
    return predictions(*found[-1])

def predictions(model, data):
    import torch
    from PIL import Image
    def predict(images):
        transform = getattr(data, "transform", None)
        if transform is None:
            batch = torch.from_numpy(images)[:, None].float() / 255
        else:
            batch = torch.stack([transform(Image.fromarray(image)) for image in images])
        model.eval()
        with torch.no_grad():
            scores = model(batch.to(next(model.parameters()).device))
        return scores.argmax(dim=1)
    return predict
"""


def facts(each: int, classes: int, batch: int, *, shuffled: bool) -> dict[str, object]:
    """Return what `loader_facts` tells of a loader."""
    return {
        "images of each class": [each] * classes,
        "batch_size": batch,
        "shuffled": shuffled,
    }


def _sweep(*, shuffled: bool) -> dict[int, dict[str, object]]:
    return {each: facts(each, len(THREE), SWEEP_BATCH, shuffled=shuffled) for each in SWEEP}


def _not_shuffled(value: object) -> WrongWay:
    said = "The images come in the same order in every epoch, class after class."
    return WrongWay("not shuffled", value, said)


def judge_dataset(_params: Params, answers: Sequence[Answered]) -> CheckResult:
    """Ten images of each of three kinds, each kind under one label, as tensors (1, 28, 28)."""
    images, labels = answers[0].output
    if len(images) != SMALL_EACH * len(THREE):
        asked = f"{SMALL_EACH} for each of {len(THREE)} classes were asked"
        return _wrong(f"It holds {len(images)} images; {asked}.")
    shapes = {np.shape(image) for image in images}
    if shapes != {(1, SIDE, SIDE)}:
        text = f"Its items have shape {shapes.pop()}; tensors of shape (1, {SIDE}, {SIDE}) were"
        return _wrong(f"{text} asked: does the data set have its transform?")
    kinds = shown(np.stack(images)[:, 0])
    pairs = sorted(set(zip(labels, kinds, strict=True)))
    counts = {label: labels.count(label) for label in set(labels)}
    one_to_one = sorted(kind for _, kind in pairs) == sorted(THREE) and len(counts) == len(THREE)
    if not one_to_one or set(counts.values()) != {SMALL_EACH}:
        return _wrong(f"Its classes hold {counts} images, which show {sorted(set(kinds))}.")
    return CheckResult(Verdict.CORRECT, 1.0)


def _wrong(text: str) -> CheckResult:
    return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.ENTRIES, text),))


DATASET = Value("items_of(small_dataset)", before=ITEMS, compare=Judged(judge_dataset))
LOADER = Value(
    "loader_facts(small_dataset_loader)",
    before=FACTS,
    reference=facts(SMALL_EACH, len(THREE), SMALL_BATCH, shuffled=True),
    wrong=(_not_shuffled(facts(SMALL_EACH, len(THREE), SMALL_BATCH, shuffled=False)),),
)
TRAIN_LOADERS = Value(
    "{n: loader_facts(l) for n, l in of_three_classes(_kept_loaders)[0].items()}",
    before=FACTS,
    reference=_sweep(shuffled=True),
    wrong=(_not_shuffled(_sweep(shuffled=False)),),
    seconds=20,
)
VALID_LOADER = Value(
    "loader_facts(of_three_classes(_kept_loaders)[1])",
    before=FACTS,
    reference=facts(VALID_EACH, len(THREE), VALID_BATCH, shuffled=False),
    accept=(facts(VALID_EACH, len(THREE), VALID_BATCH, shuffled=True),),
)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a trained network is to reach.

    Attributes:
        percent: accuracy that the notebook states.
        kinds: what the classes show, by label.
        places: rows and columns where the bands of the images lie.
    """

    percent: float
    kinds: tuple[str, ...] = THREE
    places: tuple[int, int] = (0, SIDE)

    @property
    def least(self) -> float:
        """Smallest accuracy on our images, in percent, that the goal's could have come from."""
        share = self.percent / 100
        seen, drawn = VALID_EACH * len(self.kinds), EACH * len(self.kinds)
        error = math.sqrt(share * (1 - share) * (1 / seen + 1 / drawn))
        return 100 * (share - STANDARD_ERRORS * error)


PLAIN = Goal(95)
SHIFTED = Goal(97, places=(SIDE // 2, SIDE))
FIVE_KINDS = Goal(98, kinds=FIVE)


def reaches(goal: Goal, function: str) -> Calls:
    """Return the probe of a trained network, given as an expression, against a goal."""

    def draw(rng: np.random.Generator, _params: Params) -> tuple[Bytes]:
        return (draw_images(rng, goal.kinds, EACH, goal.places),)

    judge = Judged(_judge_network(goal))
    return Calls(function, draw=draw, compare=judge, before=PREDICTIONS, count=1, seconds=20)


def _judge_network(goal: Goal) -> Callable[[Params, Sequence[Answered]], CheckResult]:
    def judge(_params: Params, answers: Sequence[Answered]) -> CheckResult:
        (images,) = answers[0].args
        given = as_array(answers[0].output)
        if given is None or given.shape != (len(images),):
            return _wrong(f"The network gave {describe(answers[0].output)}, not a class an image.")
        right = [goal.kinds.index(kind) for kind in shown(images)]
        percent = 100 * float(np.mean(given == right))
        text = f"On {len(images)} images drawn afterwards it reaches {percent:.1f} %"
        if percent >= goal.least:
            note = Remark(Topic.NOTE, f"{text}.")
            return CheckResult(Verdict.CORRECT, 1.0, (note,))
        return _wrong(f"{text}; {goal.percent:g} % are asked, less what chance explains.")

    return judge


EPOCHS = reaches(PLAIN, "trained(train_model, 30, 3, False, None)")
TUNING = reaches(SHIFTED, "trained(train_model, 10, 3, True, None)")
DEEPER = reaches(FIVE_KINDS, "trained(train_model, 30, 5, False, DeeperCNN)")
WIDER = reaches(FIVE_KINDS, "trained(train_model, 30, 5, False, WiderCNN)")
