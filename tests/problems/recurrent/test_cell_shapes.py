"""The recurrent cell against torch's."""

import json

from torch import nn

from problems.recurrent.cell_shapes import PROBLEM


def test_shapes_and_parameters_are_torchs(variants, reference):
    for params in variants(PROBLEM):
        cell = nn.RNN(params["inputs"], params["hidden"], bias=False)
        readout = nn.Linear(params["hidden"], params["outputs"], bias=False)
        matrices = {
            "input_weights": cell.weight_ih_l0,
            "recurrent_weights": cell.weight_hh_l0,
            "output_weights": readout.weight,
        }

        for name, matrix in matrices.items():
            assert json.loads(reference(PROBLEM, "a", name, params)) == list(matrix.shape)
        total = sum(matrix.numel() for matrix in matrices.values())
        assert int(reference(PROBLEM, "b", "", params)) == total
