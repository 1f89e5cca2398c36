"""Every error that the service raises on purpose, grouped by who must act on it.

    GraderError
    ├── StudentError            shown to the student, word for word
    │   ├── NotFound            no such thing, or not theirs to see
    │   ├── InvalidAnswer       the answer cannot be read as the kind asked for
    │   └── SubmissionRefused   closed, out of attempts, too large, or already in
    ├── StaffError              shown to staff; the student sees "held, our fault"
    │   ├── SpecError           a problem contradicts itself; names file, line and part
    │   ├── SolverError         a reference solver or a check crashed
    │   └── BundleError         a stored problem version cannot be loaded here
    ├── UsageError              the command line or a file given to it is wrong
    ├── SetupError              the service cannot start; names what to change
    └── TransientError          tried again; shown to nobody unless it persists

A submission never loses points to a StaffError or a TransientError: it waits.
"""


class GraderError(Exception):
    """Base of every error raised on purpose."""


class StudentError(GraderError):
    """Something that the student can mend; the message is written for them."""


class NotFound(StudentError):
    """There is no such thing, or it is not for this person to see: one answer for both."""


class InvalidAnswer(StudentError):
    """An answer cannot be read as the kind asked for.

    Attributes:
        position: index of the character where reading stopped, or None where no place is to blame.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class SubmissionRefused(StudentError):
    """A hand-in that the rules of the assignment do not allow; nothing of it was kept."""


class StaffError(GraderError):
    """Our fault or the author's: the submission is held and never scored."""


class SpecError(StaffError):
    """A problem contradicts itself or cannot be loaded; the message names file, line and part."""


class SolverError(StaffError):
    """A reference solver or a check crashed, so that nothing was judged."""


class BundleError(StaffError):
    """A stored problem version cannot be loaded by this worker."""


class UsageError(GraderError):
    """The command line, or a file named on it, cannot be used as it is."""


class SetupError(GraderError):
    """The service cannot start; the message says what to change."""


class TransientError(GraderError):
    """Something outside failed for now; the work is tried again."""
