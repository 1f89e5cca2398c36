"""Right answers as students spell them, for the parts of the papers as set."""

import pytest

from grader.bank.catalog import Catalog
from grader.bank.variants import as_stored, solve
from grader.evidence import Evidence
from grader.grading import judge
from grader.report import Verdict

CATALOG = Catalog.of(["problems"])

SLIDING = [["0"] * place + ["k1", "k_2", "k3"] + ["0"] * (6 - place) for place in range(7)]

# Assignment, part, field: spellings of one right answer.
SPELLINGS = [
    (
        "eecs182-hw04",
        "2a",
        "weights",
        ["F \\times C \\times K \\times K", "K*K*C*F", "FCK^2", "K^2 C F"],
    ),
    ("eecs182-hw04", "2a", "biases", ["F"]),
    ("eecs182-hw04", "2a", "width", ["(W+2P-K)/S+1", "⌊(W-K+2P)/S⌋ + 1"]),
    ("eecs182-hw04", "2c", "", ["L(K-1)+1", "LK - L + 1", "1 + L(K-1)", "1+(K-1)*L"]),
    ("eecs182-hw04", "2d", "factor", ["2"]),
    (
        "eecs182-hw04",
        "2e",
        "conv2_activations",
        ["14*14*10", "14 x 14 x 10", "$14 \\times 14 \\times 10$", "14×14×10"],
    ),
    (
        "eecs182-hw04",
        "2e",
        "conv1_parameters",
        ["3*3*1*10+10", "3 × 3 × 1 × 10 + 10", "3x3x1x10+10", "100"],
    ),
    ("eecs182-hw04", "2e", "fc_parameters", ["490 × 3 + 3", "490*3+3", "1,473"]),
    ("eecs182-hw04", "2e", "pool2_parameters", ["0"]),
    (
        "eecs182-hw04",
        "2f",
        "g3",
        [
            "[0, .8, 0]",
            "(0, 0.8, 0)",
            "[[0],[0.8],[0]]",
            "[0; 0.8; 0]",
            "\\begin{bmatrix}0\\\\0.8\\\\0\\end{bmatrix}",
            "[0, 4/5, 0]",
        ],
    ),
    (
        "eecs182-hw04",
        "3b",
        "",
        ["[2,-1,3]", "2 -1 3", "(2, -1, 3)", "[2 -1 3]", "2, -1, 3", "np.array([2, -1, 3])"],
    ),
    (
        "eecs182-hw04",
        "3c",
        "",
        [
            "-1 3 -2; 3 -3 1; 0 3 1",
            "[[-1 3 -2] [3 -3 1] [0 3 1]]",
            "\\begin{bmatrix} -1 & 3 & -2 \\\\ 3 & -3 & 1 \\\\ 0 & 3 & 1 \\end{bmatrix}",
        ],
    ),
    (
        "eecs182-hw04",
        "4a.i",
        "",
        ["[10,64,32,32]", "10x64x32x32", "torch.Size([10, 64, 32, 32])", "(10,64,32,32)"],
    ),
    ("eecs182-hw04", "4b", "", ["[1 0 -1; 1 0 -1; 1 0 -1]", "[[1,0,-1],[2,0,-2],[1,0,-1]]"]),
    (
        "eecs182-hw04",
        "4c",
        "",
        [
            "1/9*[[1,1,1],[1,1,1],[1,1,1]]",
            "[[0.11,0.11,0.11],[0.11,0.11,0.11],[0.11,0.11,0.11]]",
            "[1 2 1; 2 4 2; 1 2 1]/16",
            "\\frac{1}{9}\\begin{bmatrix}1&1&1\\\\1&1&1\\\\1&1&1\\end{bmatrix}",
        ],
    ),
    ("eecs182-hw04", "4d.i", "", ["20", "[20]", "[[20]]"]),
    ("eecs182-hw04", "4d.ii", "", ["7", "7x7", "7 x 7", "(7,7)", "7×7"]),
    (
        "eecs182-hw04",
        "5a",
        "dw",
        [
            "\\sum_{i=1}^{m}\\sum_{j=1}^{m} x_{i+h-1,j+l-1} dy_{i,j}",
            "sum(i,1,n-k+1,sum(j,1,n-k+1,x[i+h-1,j+l-1]*dy[i,j]))",
        ],
    ),
    (
        "eecs182-hw04",
        "5a",
        "sgd_step",
        [
            "w_{h,l} - \\eta dw_{h,l}",
            "w[h,l] - eta*dw[h,l]",
            "w_{h,l} \\leftarrow w_{h,l} - \\eta dw_{h,l}",
            "w[h,l] := w[h,l] - eta*dw[h,l]",
            "w_{h,l} ← w_{h,l} - η dw_{h,l}",
        ],
    ),
    ("eecs182-hw04", "5b", "mean", ["0"]),
    (
        "eecs182-hw04",
        "5b",
        "variance",
        [
            "(n-k+1)^2 \\sigma_x^2 \\sigma_g^2",
            "(n-k+1)^2*sigma_x^2*sigma_g^2",
            "((n-k+1) σ_x σ_g)^2",
        ],
    ),
    ("eecs182-hw04", "5b", "std_growth", ["O(n)", "n", "linear", "\\Theta(n)", "n-k+1"]),
    ("eecs182-hw04", "5c", "avg_pool_dx", ["[1,1,-2,-2;1,1,-2,-2;1/2,1/2,3,3;1/2,1/2,3,3]"]),
    ("eecs182-hw04", "7a.i", "parameters", ["58,164,298", "58164298", "5.8164298e7"]),
    (
        "eecs182-hw04",
        "7a.i",
        "megabytes",
        ["232.66 MB", "221.88 MiB", "232.66", "233 MB", "0.233 GB"],
    ),
    ("eecs182-hw04", "7b.ii", "optimizer", ["Adam", "ADAM", "adam"]),
    ("eecs182-hw04", "8a", "", ["yes", "no", "Yes"]),
    (
        "eecs182-hw04",
        "8c",
        "",
        ["10", "10 hours", "10h", "~12 hours", "8.5", "8-10 hours", "about 10 hours"],
    ),
    ("eecs182-dis04", "1a", "output_dim", ["7", "7x1", "(7,)", "9 - 3 + 1 = 7"]),
    (
        "eecs182-dis04",
        "1a",
        "first",
        ["k1x1+k2x2+k3x3", "k_1 x_1 + k_2 x_2 + k_3 x_3", "x1*k1+x2*k2+x3*k3"],
    ),
    (
        "eecs182-dis04",
        "1c",
        "",
        [
            "\\begin{bmatrix}" + " \\\\ ".join(map(" & ".join, SLIDING)) + "\\end{bmatrix}",
            "[" + "; ".join(map(" ".join, SLIDING)) + "]",
            "np.array([" + ", ".join(f"[{', '.join(row)}]" for row in SLIDING) + "])",
            "\n".join(map(" ".join, SLIDING)),
        ],
    ),
    ("eecs182-dis04", "1f", "plain", ["W-K+1", "W' = W-K+1"]),
    ("eecs182-dis04", "1f", "general", ["(W-K+2p)/s+1", "floor((W-K+2p)/s)+1"]),
    ("eecs182-dis04", "1g", "input", ["[3,256,256]", "3x256x256"]),
    ("eecs182-dis04", "1g", "kernel", ["3x5x5"]),
    ("eecs182-dis04", "1h", "output", ["32x126x126"]),
    ("eecs182-dis04", "1h", "weights", ["2400", "32*3*5*5"]),
    (
        "eecs182-dis04",
        "1h",
        "mlp_weights",
        ["99,883,155,456", "3*256*256*32*126*126", "(3*256^2)*(32*126^2)"],
    ),
    ("cnn-quiz", "2.1", "", ["196608000", "196,608,000", "256*256*3*1000", "256x256x3x1000"]),
    ("cnn-quiz", "3", "", ["12", "12x12", "12 x 12"]),
    ("cnn-quiz", "4", "filters", ["7"]),
    ("cnn-quiz", "4", "percent_saved", ["72", "72%", "0.72", "72 %", "72.0"]),
    ("cnn-quiz", "5", "", ["3", "(7-1)/2"]),
    ("cmu10601-rec07", "1.1.3", "", ["(W_in - K_w + 2P)/S + 1"]),
    ("cmu10601-rec07", "1.2.1", "output_shape", ["3x3"]),
    ("cmu10601-rec07", "1.2.1", "bottom_right", ["-22"]),
    ("cmu10601-rec07", "1.3.1", "maxpool1", ["3@64x64", "3x64x64"]),
    ("cmu10601-rec07", "1.3.1", "flatten", ["3072", "1@3072x1", "3072x1"]),
    ("cmu10601-rec07", "1.3.1", "conv", ["12@48 x 48"]),
    ("cmu10601-rec07", "1.3.5", "conv_share", ["2.57", "2.57%", "2.6%", "0.0257", "10416/405050"]),
    ("cmu10601-rec07", "1.3.5", "fc_share", ["97.43", "97.4%", "97"]),
]


@pytest.mark.parametrize(
    ("slug", "label", "field", "answer"),
    [(*place, answer) for *place, answers in SPELLINGS for answer in answers],
)
def test_a_right_answer_is_right_however_it_is_spelled(slug, label, field, answer):
    entry = CATALOG.assignment(slug)
    numbers = [number for number in entry.assignment.problems if label.startswith(number)]
    number = max(numbers, key=len)
    problem = entry.problem(number).spec
    params = as_stored(problem.as_set)
    evidence = Evidence(answers={label: {field: answer}})

    report = judge(problem, number, params, solve(problem, params), evidence)

    (row,) = (row for row in report.fields if (row.part, row.field) == (label, field))
    assert row.verdict is Verdict.CORRECT, row.feedback
