"""Random patterns of a memory's domain, so that a paradigm runs unchanged on every memory."""

from __future__ import annotations

import numpy as np

from neuromem import checks
from neuromem.core import Domain, Memory

ACTIVITY = 0.1  # fraction of active units in a k-hot pattern
TWO_STATES = {"real": "bipolar", "unit": "binary"}  # the patterns of two states among others


def draw(domain: Domain, n: int, d_key: int, d_value: int, *, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """`n` random pairs: keys (item, d_key) and values (item, d_value), the same array if the domain is autoassociative.

    Real entries are standard normal, unit ones uniform on [0, 1], bipolar and binary ones fair coins. Raises ValueError
    before anything is drawn where the patterns, and as much again to store them, do not fit in this machine's memory.

    >>> key, value = draw(Domain("bipolar", "bipolar"), 3, 8, 4, rng=np.random.default_rng(0))
    >>> key.shape, value.shape, set(key.flat) == {-1.0, 1.0}
    ((3, 8), (3, 4), True)
    """
    features = d_key if domain.autoassociative else d_key + d_value
    checks.fits(
        2 * int(n) * features, what=f"patterns of {features:,} features for {n:,} pairs, with what stores them,"
    )
    key = draw_part(domain.key, n, d_key, rng=rng)
    return key, key if domain.autoassociative else draw_part(domain.value, n, d_value, rng=rng)


def convert(kind: str, x: np.ndarray) -> np.ndarray:
    """Patterns (item, d) with entries in [0, 1], such as grey levels, turned into another kind of pattern.

    Real and unit patterns stay as they are; bipolar, ternary and binary ones are cut at one half; k-hot ones keep the
    largest entries of each pattern, a tenth of them, the first of equals.

    >>> convert("bipolar", np.array([[0.1, 0.9]])), convert("k-hot", np.array([[0.1, 0.9]]))
    (array([[-1.,  1.]]), array([[0., 1.]]))
    """
    if kind in ("real", "unit"):
        return x
    if kind == "k-hot":
        rank = np.argsort(np.argsort(-x, -1, kind="stable"), -1)
        return (rank < n_active(x.shape[-1])).astype(float)
    one = (x > 0.5).astype(float)
    return one if kind == "binary" else 2 * one - 1


def shared_kind(domain: Domain) -> str:
    """The kind of pattern that can be key as well as value: the narrower of the two, where one is a case of the other.

    Raises NotImplementedError where no pattern is both.

    >>> shared_kind(Domain("bipolar", "real")), shared_kind(Domain("binary", "k-hot"))
    ('bipolar', 'k-hot')
    """
    wider = {"real": (), "unit": ("real",), "binary": ("unit", "real"), "k-hot": ("binary", "unit", "real")}
    wider["bipolar"] = ("real",)
    for one, other in ((domain.key, domain.value), (domain.value, domain.key)):
        if other == one or other in wider[one]:
            return one
    raise NotImplementedError(
        f"no pattern is both a {domain.key} key and a {domain.value} value: items cannot be both."
    )


def of_two_states(domain: Domain) -> str:
    """The kind of pattern that can be key as well as value and whose units have two states; see `shared_kind`.

    >>> of_two_states(Domain("real", "real")), of_two_states(Domain("unit", "unit"))
    ('bipolar', 'binary')
    """
    kind = shared_kind(domain)
    return TWO_STATES.get(kind, kind)


def occluded(memory: Memory, x: np.ndarray, fraction: float, *, rng: np.random.Generator) -> np.ndarray:
    """Cues for patterns x (item, d) of two states, in each of which a random fraction of the units is hidden.

    A hidden unit is 0: off, or unknown where units are +-1. A memory of +-1 keys that does not take 0
    (``takes_blanks``) gets a fair coin there. Of k-hot patterns that fraction of the ones is hidden, so that cues are
    k-hot too, with fewer ones, of which at least one is left.

    >>> from neuromem.models.hopfield import Hopfield
    >>> occluded(Hopfield(), np.ones((1, 4)), 0.5, rng=np.random.default_rng(0))
    array([[1., 1., 0., 0.]])
    """
    kind = memory.domain.key
    if kind == "k-hot":
        n_ones = x.sum(-1, keepdims=True)
        order = np.where(x == 1, rng.random(x.shape), 1.0).argsort(-1).argsort(-1)
        return np.where(order < np.minimum(np.round(fraction * n_ones), n_ones - 1), 0.0, x)
    hidden = rng.random(x.shape).argsort(-1) < round(fraction * x.shape[-1])
    coin = kind == "bipolar" and not getattr(memory, "takes_blanks", False)
    return np.where(hidden, rng.choice([-1.0, 1.0], x.shape) if coin else 0.0, x)


def scrambled(x: np.ndarray, fraction: float, *, rng: np.random.Generator) -> np.ndarray:
    """Patterns (item, d), in each of which a random fraction of the entries have changed places among themselves.

    The noisy cue that stays within every kind of pattern, k-hot ones too. Its correlation with the pattern is about 1 -
    fraction.

    >>> scrambled(np.array([[1.0, 0.0]]), 1.0, rng=np.random.default_rng(0))
    array([[0., 1.]])
    """
    moved = rng.random(x.shape).argsort(-1)[:, : n_scrambled(fraction, x.shape[-1])]
    y = x.copy()
    np.put_along_axis(y, moved, np.take_along_axis(x, np.roll(moved, 1, axis=-1), -1), -1)
    return y


def n_scrambled(fraction: float, d: int) -> int:
    """How many of d entries change places: none where it would be one, which has no place to go."""
    n = round(fraction * d)
    return n if n > 1 else 0


def n_active(d: int) -> int:
    """How many of d units are active in a k-hot pattern."""
    return max(1, round(ACTIVITY * d))


def draw_part(kind: str, n: int, d: int, *, rng: np.random.Generator) -> np.ndarray:
    """`n` random patterns (item, d) of one kind."""
    if kind == "real":
        return rng.standard_normal((n, d))
    if kind == "unit":
        return rng.random((n, d))
    if kind == "k-hot":
        return (rng.random((n, d)).argsort(-1).argsort(-1) < n_active(d)).astype(float)
    coin = rng.integers(0, 2, (n, d)).astype(float)
    return 2 * coin - 1 if kind == "bipolar" else coin
