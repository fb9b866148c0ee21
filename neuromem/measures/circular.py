"""Angles: wrapped onto the circle, the density of von Mises, its mean resultant length and back."""

from __future__ import annotations

import numpy as np

from neuromem import checks

ROUNDING = 1e-9  # radians by which an angle may miss the circle
LARGEST_KAPPA = 1e6
NEWTON_STEPS = 12  # reach rounding error from the start that is used


def wrapped(angle) -> np.ndarray:
    """Angles (...) in radians, wrapped to [-pi, pi); NaN stays.

    >>> wrapped(np.pi), wrapped([3.0, 4.0]).round(3)
    (np.float64(-3.141592653589793), array([ 3.   , -2.283]))
    """
    return np.mod(np.asarray(angle, float) + np.pi, 2 * np.pi) - np.pi


def angles(name: str, array, *, missing: bool = False) -> np.ndarray:
    """`array` as angles in [-pi, pi], or a ValueError of one line; NaN is taken where `missing`."""
    x = checks.numbers(name, array).astype(float)
    if not missing and np.isnan(x).any():
        at = np.argwhere(np.isnan(x))[0]
        raise ValueError(f"{name} must be angles; saw NaN at {at.tolist()}: leave such trials out.")
    outside = np.abs(x) > np.pi + ROUNDING
    if outside.any():
        raise ValueError(
            f"{name} must be angles in radians in [-pi, pi]; saw {x[outside][0]:g}: convert degrees with "
            "np.deg2rad, and wrap with neuromem.measures.circular.wrapped."
        )
    return x


def log_von_mises(angle, kappa) -> np.ndarray:
    r"""The log density of von Mises around 0; uniform where ``kappa`` is 0.

    .. math:: \ln p(x) = \kappa (\cos x - 1) - \ln\left(2 \pi e^{-\kappa} I_0(\kappa)\right)

    ``x`` angle in radians, ``kappa`` concentration, which broadcast; ``I_0`` the modified Bessel function.

    >>> float(log_von_mises(0.3, 0.0) + np.log(2 * np.pi))
    0.0

    Source: Mardia & Jupp (2000), Directional Statistics, Wiley, section 3.5.4.
    """
    from scipy.special import i0e

    return kappa * (np.cos(angle) - 1) - np.log(2 * np.pi * i0e(kappa))


def resultant(kappa) -> np.ndarray:
    r"""The mean resultant length of von Mises, the mean of cos x.

    .. math:: A(\kappa) = I_1(\kappa) / I_0(\kappa)

    >>> resultant([0.0, 2.0]).round(4)
    array([0.    , 0.6978])
    """
    from scipy.special import i0e, i1e

    return i1e(kappa) / i0e(kappa)


def concentration(length) -> np.ndarray:
    r"""The concentration of the von Mises with this mean resultant length: the inverse of `resultant`.

    Lengths at most 0 give 0, lengths of 1 and nearly 1 the largest, 10^6. Newton's steps from the approximation of
    Best & Fisher (1981).

    >>> concentration([-0.2, 0.6978, 1.0]).round(3)
    array([0.e+00, 2.e+00, 1.e+06])

    Source: Best & Fisher (1981), Commun. Stat. Simul. Comput. 10:493.
    """
    r = np.clip(np.asarray(length, float), 0, 1 - 0.5 / LARGEST_KAPPA)
    low = 2 * r + r**3 + 5 * r**5 / 6
    high = 1 / np.maximum(r**3 - 4 * r**2 + 3 * r, 1e-12)
    kappa = np.where(r < 0.53, low, np.where(r < 0.85, -0.4 + 1.39 * r + 0.43 / (1 - r), high))
    for _ in range(NEWTON_STEPS):
        a = resultant(kappa)
        slope = np.where(kappa > 0, 1 - a**2 - a / np.where(kappa > 0, kappa, 1), 0.5)
        kappa = np.clip(kappa - (a - r) / np.maximum(slope, 1e-15), 0, LARGEST_KAPPA)
    return kappa


def circular_sd(kappa) -> np.ndarray:
    r"""The circular standard deviation (radians) of von Mises; infinite where ``kappa`` is 0.

    .. math:: s = \sqrt{-2 \ln A(\kappa)}

    >>> circular_sd([0.0, 10.0]).round(3)
    array([  inf, 0.325])

    Source: Mardia & Jupp (2000), Directional Statistics, Wiley, section 2.3.
    """
    with np.errstate(divide="ignore"):
        return np.sqrt(-2 * np.log(resultant(kappa)))
