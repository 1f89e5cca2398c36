"""Every question of the papers has its part, with the fields that outside scripts rely on."""

import pytest

from grader.bank.loading import load_assignment, load_problem
from grader.bank.sources import read_bank
from grader.spec import Kind

FILES = read_bank("problems")

TEXT, NUMBER, EXPRESSION, SHAPE = Kind.TEXT, Kind.NUMBER, Kind.EXPRESSION, Kind.SHAPE
MATRIX, VECTOR, FILTER, QUANTITY = Kind.MATRIX, Kind.VECTOR, Kind.FILTER, Kind.QUANTITY
PROBE = Kind.PROBE


def one(kind, *labels):
    return {(label, ""): kind for label in labels}


def several(label, **fields):
    return {(label, name): kind for name, kind in fields.items()}


FIELDS = {
    "eecs182_hw04": one(FILTER, "1a", "1b")
    | several(
        "2a", **dict.fromkeys(["weights", "biases", "width", "height", "channels"], EXPRESSION)
    )
    | several("2b", **dict.fromkeys(["width", "height", "channels"], EXPRESSION))
    | one(EXPRESSION, "2c")
    | several("2d", factor=NUMBER, explanation=TEXT)
    | several(
        "2e",
        conv2_activations=SHAPE,
        conv1_parameters=NUMBER,
        pool2_parameters=NUMBER,
        pool2_activations=SHAPE,
        fc_parameters=NUMBER,
    )
    | several("2f", g3=VECTOR, g4=VECTOR)
    | one(TEXT, "3a")
    | one(VECTOR, "3b")
    | one(MATRIX, "3c")
    | one(SHAPE, "4a.i", "4a.ii")
    | one(FILTER, "4b", "4c")
    | one(MATRIX, "4d.i")
    | one(SHAPE, "4d.ii")
    | several("5a", dw=Kind.FORMULA, sgd_step=Kind.FORMULA)
    | several("5b", mean=EXPRESSION, variance=EXPRESSION, std_growth=Kind.GROWTH)
    | several("5c", max_pool_dx=MATRIX, avg_pool_dx=MATRIX, derivation=TEXT)
    | one(TEXT, "5d")
    | one(TEXT, "6a.i", "6b.i", "6b.ii", "6c.i", "6c.ii", "6c.iii", "6c.iv", "6c.v")
    | one(TEXT, "6d.i", "6d.ii", "6e.i", "6e.ii", "6e.iii", "6f.i")
    | several("6a.code", dataset=PROBE, loader=PROBE)
    | several("6b.code", train_loaders=PROBE, valid_loader=PROBE)
    | several("6c.code", epochs=PROBE)
    | several("6d.code", tuning=PROBE)
    | several("6g.code", deeper=PROBE, wider=PROBE)
    | several("7a.i", parameters=NUMBER, megabytes=QUANTITY)
    | several("7a.ii", gpu=TEXT, memory=QUANTITY)
    | several("7a.iii", overhead=QUANTITY)
    | several("7b.i", sgd=QUANTITY, momentum=QUANTITY, adam=QUANTITY)
    | several("7b.ii", optimizer=Kind.CHOICE, explanation=TEXT)
    | several(
        "7c.i",
        **dict.fromkeys(["batch4", "batch16", "batch64", "batch256"], QUANTITY),
        largest=NUMBER,
    )
    | several("7c.ii", batch_size=NUMBER)
    | several("7c.iii", batch_size=NUMBER, explanation=TEXT)
    | one(TEXT, "7c.iv")
    | one(Kind.CHOICE, "8a", "8b")
    | one(QUANTITY, "8c"),
    "eecs182_dis04": several("1a", output_dim=NUMBER, first=EXPRESSION, last=EXPRESSION)
    | several("1b", output_dim=NUMBER, first=EXPRESSION, last=EXPRESSION)
    | one(MATRIX, "1c", "1d")
    | several("1e", weights=NUMBER, explanation=TEXT)
    | several("1f", plain=EXPRESSION, general=EXPRESSION)
    | several("1g", input=SHAPE, kernel=SHAPE)
    | several("1h", output=SHAPE, weights=NUMBER, mlp_weights=NUMBER)
    | several("2a", mlp_accuracy=NUMBER, cnn_accuracy=NUMBER, explanation=TEXT)
    | one(TEXT, "2b", "2c", "2d"),
    "cnn_quiz": one(TEXT, "1")
    | one(NUMBER, "2.1", "2.2")
    | one(SHAPE, "3")
    | several("4", filters=NUMBER, percent_saved=NUMBER)
    | one(NUMBER, "5")
    | one(TEXT, "6", "7", "8", "9")
    | several("10a", A=MATRIX, x=VECTOR)
    | one(TEXT, "10b"),
    "cmu10601_rec07": one(TEXT, "1.1.1", "1.1.2")
    | one(EXPRESSION, "1.1.3")
    | one(TEXT, "1.1.4", "1.1.5")
    | several("1.2.1", output_shape=SHAPE, bottom_right=NUMBER)
    | several("1.2.2", output_shape=SHAPE, bottom_right=NUMBER)
    | several(
        "1.3.1",
        **dict.fromkeys(
            ["maxpool1", "conv", "maxpool2", "flatten", "fc1", "relu", "fc2", "softmax"], SHAPE
        ),
    )
    | one(TEXT, "1.3.2")
    | one(NUMBER, "1.3.3", "1.3.4")
    | several("1.3.5", conv_share=NUMBER, fc_share=NUMBER, explanation=TEXT)
    | one(TEXT, "2.1.1", "2.2.1", "2.2.2", "2.2.3"),
    "practice": one(QUANTITY, "1")
    | several("2a", input_weights=SHAPE, recurrent_weights=SHAPE, output_weights=SHAPE)
    | one(NUMBER, "2b"),
}
SLUGS = {
    "eecs182_hw04": "eecs182-hw04",
    "eecs182_dis04": "eecs182-dis04",
    "cnn_quiz": "cnn-quiz",
    "cmu10601_rec07": "cmu10601-rec07",
    "practice": "practice",
}
OPTIONAL = {"6c.iii", "6c.iv", "6g.code"}

EVERY_ASSIGNMENT = pytest.mark.parametrize("module", FIELDS)


@EVERY_ASSIGNMENT
def test_every_label_of_the_paper_exists(module):
    assignment = load_assignment(FILES, f"assignments.{module}")
    fields = {
        (f"{number}{part.label}", field.name): field.kind
        for number in assignment.problems
        for part in load_problem(FILES, assignment.problems[number]).parts
        for field in part.fields
    }

    assert assignment.slug == SLUGS[module]
    assert fields == FIELDS[module]


@EVERY_ASSIGNMENT
def test_only_what_the_paper_calls_optional_is_optional(module):
    assignment = load_assignment(FILES, f"assignments.{module}")

    optional = {
        f"{number}{part.label}"
        for number, path in assignment.problems.items()
        for part in load_problem(FILES, path).parts
        if part.optional
    }

    assert optional == (OPTIONAL if module == "eecs182_hw04" else set())
