"""`grader regrade` asked for what there is not: one line, and nothing is done."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "nosuch"), "nothing is published as 'nosuch'"),
        (("plan", "hw", "--problem", "9"), "it has 1, 2"),
        (("show", "7"), "there is no regrade 7"),
        (("apply", "7"), "there is no regrade 7"),
    ],
)
def test_wrong_use_is_exit_2(world, settings, in_this_process, arguments, said):
    done = in_this_process(settings, "regrade", *arguments)

    assert (done.returncode, said in done.stderr) == (2, True)
