"""Every bound on what an answer may hold. All are checked before the thing they bound is computed.

Work is counted in steps and never timed, so that a verdict is the same on a slow machine.
"""

MAX_CHARACTERS = 4000  # a longer text is not read at all
MAX_TOKENS = 2000
MAX_DEPTH = 48  # brackets, powers, signs and functions inside one another
MAX_LEVELS = 150  # nodes of a tree inside one another
MAX_DIGITS = 300  # digits of one number as written
MAX_SCALE = 400  # |k| in 1.5e<k>
MAX_ITEMS = 1024  # items of one list, entries of one array
MAX_BITS = 8192  # size of an exact number made on the way
MAX_FACTORIAL = 500  # n! as an exact integer
MAX_EXPONENT = 4096  # integer powers of what is not constant, in the field
MAX_DEGREE = 1 << 24  # product of nested exponents, in the field: bounds the error probability
MAX_TERMS = 400  # terms of one sum that are written out
MAX_PATHS = 64  # ways through the corners (abs, max, cases) of a pair
MAX_BALL_BITS = 8192  # precision of the balls
MAX_WORK = 20_000  # steps of one decision; a step costs one to two microseconds
