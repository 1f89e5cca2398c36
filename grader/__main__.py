"""The command line: `grader`. Each package brings its own commands through entry points."""

import sys
from importlib.metadata import entry_points

import click

from grader.errors import GraderError, StaffError, TransientError, UsageError

DONE, SOME_BROKEN, WRONG_USE, HELD = 0, 1, 2, 3
"""Exit codes; see docs/command-line.md."""


class Commands(click.Group):
    """Commands by entry point, each imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of all commands that are installed."""
        return sorted(entry_points(group="grader.commands").names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load the command of that name, or return None where there is none."""
        found = entry_points(group="grader.commands", name=cmd_name)
        if not found:
            return None
        command: click.Command = next(iter(found)).load()
        return command


@click.group(cls=Commands)
@click.version_option(package_name="homework-grader")
def cli() -> None:
    """Grade the homework of machine-learning courses."""


def main() -> None:
    """Run the command line; errors that we raise on purpose become one line and an exit code."""
    try:
        # Out of its standalone mode, click returns the code of an Exit that a command raised.
        code = cli(standalone_mode=False)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except GraderError as error:
        click.echo(f"grader: {error}", err=True)
        sys.exit(exit_code(error))
    sys.exit(code if isinstance(code, int) else DONE)


def exit_code(error: GraderError) -> int:
    """Return the exit code of an error: our fault, or how the command was used."""
    if isinstance(error, (StaffError, TransientError)):
        return HELD
    return WRONG_USE if isinstance(error, UsageError) else SOME_BROKEN


if __name__ == "__main__":
    main()
