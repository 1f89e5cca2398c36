"""Random formulas, rewritten by identities or changed in one token, printed in many spellings.

The trees here are tuples of their own, and the truth about a pair comes from evaluating them in
`truth`: nothing in these two files shares code with the checker.
"""

import random
from collections.abc import Iterator

from tests.answers.truth import Tree, truth

NAMES = ("x", "y", "z", "a")
RARE = ("theta", "beta", "sigma", "W", "K", "S", "N", "E", "I", "lambda", "gamma")
SMOOTH = ("sin", "cos", "tan", "exp", "ln", "sqrt", "sinh", "cosh", "tanh", "atan")
CORNERED = ("abs", "max", "min")
JUMPING = ("floor", "ceil")
MODES = ("rational", "rational", "smooth", "smooth", "corners", "jumps")
ONE, TWO = ("n", 1), ("n", 2)
PI = ("c", "pi")


def random_tree(rng: random.Random, depth: int, mode: str) -> Tree:
    """Return a random formula of at most this depth."""
    if depth <= 0 or rng.random() < 0.12:
        return random_leaf(rng)
    kind = rng.random()
    for limit, tag in ((0.25, "+"), (0.42, "-"), (0.66, "*"), (0.78, "/")):
        if kind < limit:
            return (tag, random_tree(rng, depth - 1, mode), random_tree(rng, depth - 1, mode))
    if kind < 0.84:
        return ("neg", random_tree(rng, depth - 1, mode))
    if kind < 0.92 or mode == "rational":
        return (
            "^",
            random_tree(rng, depth - 1, mode),
            ("n", rng.choice([2, 2, 2, 3, 3, 4, -1, -2])),
        )
    if mode in ("corners", "jumps") and rng.random() < 0.6:
        name = rng.choice(CORNERED if mode == "corners" else JUMPING)
        inside = random_tree(rng, min(2, depth - 1), "rational")
        return (name, inside, random_leaf(rng)) if name in ("max", "min") else (name, inside)
    return (rng.choice(SMOOTH), random_tree(rng, depth - 1, mode if mode != "jumps" else "smooth"))


def random_leaf(rng: random.Random) -> Tree:
    """Return a name, a number or a constant."""
    kind = rng.random()
    if kind < 0.5:
        return ("v", rng.choice(NAMES) if rng.random() < 0.8 else rng.choice(RARE))
    if kind < 0.85:
        return ("n", rng.choice([1, 2, 3, 4, 5, 6, 7, 9, 10, 12]))
    if kind < 0.95:
        return ("q", rng.choice([1, 3, 7, 9, 11, 25]), rng.choice([2, 4, 5, 8, 10, 20]))
    return ("c", rng.choice(["pi", "e"]))


def places(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Yield every part of a tree with the way to it."""
    yield path, tree
    for k in range(1, len(tree)):
        if isinstance(tree[k], tuple):
            yield from places(tree[k], (*path, k))


def put(tree: Tree, path: tuple[int, ...], part: Tree) -> Tree:
    """Return the tree with one part replaced."""
    if not path:
        return part
    return (*tree[: path[0]], put(tree[path[0]], path[1:], part), *tree[path[0] + 1 :])


def variables(tree: Tree) -> set[str]:
    """Return the names in a tree."""
    return {part[1] for _, part in places(tree) if part[0] == "v"}


def identities(tree: Tree) -> list[Tree]:
    """Return what the tree is equal to wherever it has a value."""
    tag, found = tree[0], []
    a = tree[1] if len(tree) > 1 else None
    b = tree[2] if len(tree) > 2 else None
    if tag == "+":
        found += [("+", b, a), ("-", a, ("neg", b)), ("neg", ("-", ("neg", a), b))]
        found += [("+", a[1], ("+", a[2], b))] if a[0] == "+" else []
    elif tag == "-":
        found += [("+", a, ("neg", b)), ("neg", ("-", b, a)), ("+", ("neg", b), a)]
    elif tag == "*":
        found += [("*", b, a), ("neg", ("*", ("neg", a), b))]
        found += [(b[0], ("*", a, b[1]), ("*", a, b[2]))] if b[0] in ("+", "-") else []
        found += [("*", a[1], ("*", a[2], b))] if a[0] == "*" else []
    elif tag == "/":
        found += [
            ("*", a, ("^", b, ("n", -1))),
            ("/", ("neg", a), ("neg", b)),
            ("*", a, ("/", ONE, b)),
        ]
        found += [(a[0], ("/", a[1], b), ("/", a[2], b))] if a[0] in ("+", "-") else []
    elif tag == "neg":
        found += [("*", ("n", -1), a), ("-", ("n", 0), a)]
    elif tag == "^":
        found += power_identities(a, b)
    elif tag == "n" and a > 1:
        found += [("+", ("n", a - 1), ONE), ("/", ("n", 2 * a), TWO)]
    elif tag == "q":
        found += [("/", ("n", a), ("n", b)), ("d", a / b, a, b)]
    else:
        found += function_identities(tag, a, b)
    return found


def power_identities(base: Tree, exponent: Tree) -> list[Tree]:
    """Return other forms of a power."""
    if exponent == TWO:
        found = [("*", base, base), ("^", ("neg", base), TWO)]
        if base[0] == "+":
            u, v = base[1:]
            middle = ("*", ("*", TWO, u), v)
            found.append(("+", ("+", ("^", u, TWO), middle), ("^", v, TWO)))
        return found
    if exponent == ("n", 3):
        return [("*", base, ("^", base, TWO))]
    return [("/", ONE, base)] if exponent == ("n", -1) else []


def function_identities(tag: str, a: Tree, b: Tree | None) -> list[Tree]:
    """Return other forms of a function."""
    half = ("/", a, TWO) if a else None
    table: dict[str, list[Tree]] = {
        "sin": [("neg", ("sin", ("neg", a))), ("cos", ("-", ("/", PI, TWO), a)),
                ("*", ("*", TWO, ("sin", half)), ("cos", half))],
        "cos": [("cos", ("neg", a)), ("cos", ("+", a, ("*", TWO, PI))),
                ("-", ONE, ("*", TWO, ("^", ("sin", half), TWO)))],
        "tan": [("/", ("sin", a), ("cos", a))],
        "exp": [("^", ("c", "e"), a), ("/", ONE, ("exp", ("neg", a)))],
        "sqrt": [("^", a, ("q", 1, 2))],
        "sinh": [("/", ("-", ("exp", a), ("exp", ("neg", a))), TWO)],
        "cosh": [("/", ("+", ("exp", a), ("exp", ("neg", a))), TWO)],
        "tanh": [("/", ("sinh", a), ("cosh", a)),
                 ("-", ONE, ("/", TWO, ("+", ("exp", ("*", TWO, a)), ONE)))],
        "atan": [("neg", ("atan", ("neg", a)))],
        "floor": [("neg", ("ceil", ("neg", a))), ("-", ("floor", ("+", a, ONE)), ONE)],
        "ceil": [("neg", ("floor", ("neg", a)))],
        "max": [("max", b, a), ("neg", ("min", ("neg", a), ("neg", b))),
                ("/", ("+", ("+", a, b), ("abs", ("-", a, b))), TWO)],
        "min": [("min", b, a), ("-", ("+", a, b), ("max", a, b))],
        "abs": [("abs", ("neg", a)), ("max", a, ("neg", a))],
    }  # fmt: skip
    return table.get(tag, [])


def rewritten(rng: random.Random, tree: Tree, steps: int) -> Tree:
    """Return the tree after some identities at random places."""
    for _ in range(steps):
        path, part = rng.choice(list(places(tree)))
        found = identities(part)
        if rng.random() < 0.05:
            u = ("v", rng.choice(NAMES))
            found.append(("*", part, ("+", ("^", ("sin", u), TWO), ("^", ("cos", u), TWO))))
            found.append(("-", ("+", part, u), u))
        if found:
            tree = put(tree, path, rng.choice(found))
    return tree


def mutated(rng: random.Random, tree: Tree) -> Tree | None:
    """Return the tree with one token changed."""
    path, part = rng.choice(list(places(tree)))
    tag = part[0]
    if tag == "n":
        new = ("n", rng.choice([part[1] + 1, part[1] - 1, part[1] * 10, -part[1], part[1] + 2]))
    elif tag == "q":
        new = ("q", part[1] + 1, part[2])
    elif tag == "v":
        new = ("v", rng.choice([name for name in (*NAMES, "b", "X") if name != part[1]]))
    elif tag == "c":
        new = ("c", "e" if part[1] == "pi" else "pi")
    elif tag == "neg":
        new = part[1]
    elif tag == "^":
        new = ("*", part[1], part[2])
    else:
        family = next(
            f for f in ("+-*/", ("max", "min"), ("floor", "ceil"), (*SMOOTH, "abs")) if tag in f
        )
        new = (rng.choice([name for name in family if name != tag]), *part[1:])
    return None if new == part else put(tree, path, new)


def printed(rng: random.Random, tree: Tree, latex: bool, least: float = 0) -> str:
    """Return the tree as text, in one of many spellings."""
    text, binding = _spelled(rng, tree, latex)
    if binding >= least:
        return text
    return rf"\left({text}\right)" if latex and rng.random() < 0.5 else f"({text})"


def _spelled(rng: random.Random, tree: Tree, latex: bool) -> tuple[str, float]:
    tag = tree[0]
    blank = " " if rng.random() < 0.3 else ""
    if tag in "nqdvc" and len(tag) == 1:
        return _leaf(rng, tree, latex)
    if tag in ("+", "-"):
        left = printed(rng, tree[1], latex, 1)
        return left + blank + tag + blank + printed(
            rng, tree[2], latex, 2 if tag == "-" else 1.5
        ), 1
    if tag == "neg":
        return "-" + printed(rng, tree[1], latex, 2.5), 1.2
    if tag == "*":
        return _product(rng, tree, latex), 2
    if tag == "/":
        if latex and rng.random() < 0.7:
            return rf"\frac{{{printed(rng, tree[1], True)}}}{{{printed(rng, tree[2], True)}}}", 2
        return (
            f"{printed(rng, tree[1], latex, 2)}{blank}/{blank}{printed(rng, tree[2], latex, 3)}",
            2,
        )
    if tag == "^":
        return _raised(rng, tree, latex), 4
    return _function(rng, tree, latex)


def _leaf(rng: random.Random, tree: Tree, latex: bool) -> tuple[str, float]:
    tag = tree[0]
    if tag == "n":
        return str(tree[1]), 5 if tree[1] >= 0 else 0.5
    if tag == "d":
        return repr(tree[1]), 5
    if tag == "q":
        if latex and rng.random() < 0.7:
            return rf"\frac{{{tree[1]}}}{{{tree[2]}}}", 2
        return (f"{tree[1]}/{tree[2]}", 2) if rng.random() < 0.6 else (repr(tree[1] / tree[2]), 5)
    name = tree[1]
    return (f"\\{name}" if latex and len(name) > 1 else name), 5


def _product(rng: random.Random, tree: Tree, latex: bool) -> str:
    left, right = printed(rng, tree[1], latex, 2), printed(rng, tree[2], latex, 2.5)
    beside = (
        rng.random() < 0.35 and not right[0].isdigit() and right[0] not in "-.|" and left[-1] != "|"
        and tree[2][0] not in ("n", "q", "d", "/") and not (left[-1].isalpha() and right[0] == "(")
    )  # fmt: skip
    if beside:
        return left + (" " if left[-1].isalnum() or left[-1] == "}" else "") + right
    return (
        left
        + rng.choice([r"\cdot ", "*", r"\times "] if latex else ["*", "*", " * ", "·", "×"])
        + right
    )


def _raised(rng: random.Random, tree: Tree, latex: bool) -> str:
    base, exponent = printed(rng, tree[1], latex, 5), printed(rng, tree[2], latex)
    if latex:
        return f"{base}^{{{exponent}}}"
    if tree[2] in (TWO, ("n", 3)) and rng.random() < 0.2:
        return base + {"2": "²", "3": "³"}[exponent]
    simple = tree[2][0] in ("v", "c") or (tree[2][0] == "n" and tree[2][1] >= 0)
    return base + rng.choice(["^", "**"]) + (exponent if simple else f"({exponent})")


def _function(rng: random.Random, tree: Tree, latex: bool) -> tuple[str, float]:
    tag = tree[0]
    inside = printed(rng, tree[1], latex)
    if tag in ("max", "min"):
        slash = "\\" if latex else ""
        return f"{slash}{tag}({inside}, {printed(rng, tree[2], latex)})", 5
    if tag == "abs" and rng.random() < 0.5:
        return rf"\left|{inside}\right|" if latex else f"abs({inside})", 5
    if tag in ("floor", "ceil") and latex:
        return rf"\l{tag} {inside} \r{tag}", 5
    if tag == "sqrt" and latex:
        return rf"\sqrt{{{inside}}}", 5
    if tag == "exp" and rng.random() < 0.4:
        return (f"e^{{{inside}}}" if latex else f"e^({inside})"), 4
    name = "arctan" if tag == "atan" and (latex or rng.random() < 0.5) else tag
    slash = "\\" if latex and tag not in ("abs", "floor", "ceil") else ""
    return f"{slash}{name}({inside})", 5


def _may_be_imaginary(tree: Tree) -> bool:
    """Whether I would be read as the imaginary unit: alone among numbers, or in an exponent."""
    names = variables(tree)
    if "I" not in names:
        return False
    return len(names) == 1 or any(part[0] in ("c", "exp", "^") for _, part in places(tree))


def pair(rng: random.Random) -> tuple[str, str, bool] | None:
    """Return two texts and whether they are equal; None where that is not known."""
    tree = random_tree(rng, rng.choice([2, 3, 3, 4, 4, 5]), rng.choice(MODES))
    if _may_be_imaginary(tree):
        return None
    equal = rng.random() < 0.5
    other = rewritten(rng, tree, rng.choice([1, 2, 3, 5])) if equal else mutated(rng, tree)
    if other is None:
        return None
    names = sorted(variables(tree) | variables(other))
    if truth(rng, names, tree, other) is not equal:
        return None
    texts = [printed(rng, each, rng.random() < 0.4) for each in (tree, other)]
    return None if max(map(len, texts)) > 400 else (texts[0], texts[1], equal)
