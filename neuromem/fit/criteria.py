"""What a fit is worth: its log-likelihood less a price for its free parameters."""

from __future__ import annotations

import numpy as np

from neuromem import checks
from neuromem.errors import UserError


def aicc(log_likelihood, n_parameters, n) -> np.ndarray:
    r"""The corrected criterion of Akaike: smaller is better.

    .. math:: AICc = -2 \ln L + 2 k + \frac{2 k (k + 1)}{n - k - 1}

    ``ln L`` of the fit, ``k`` its free parameters, ``n`` the units of data; arrays broadcast. A unit is what is
    independent of the others given the parameters: a list or a trial. Recalls within a list are not, so that n counts
    lists; to count recalls would lower the correction and raise the price that `bic` asks. Raises UserError where n is
    not above k + 1.

    >>> aicc(-100.0, 3, 20)
    np.float64(207.5)

    Source: Hurvich & Tsai (1989), Biometrika 76:297.
    Known limit: the correction is exact for linear regression, and a rule of thumb elsewhere.
    """
    log_likelihood, k, n = _numbers(log_likelihood, n_parameters, n)
    if (n <= k + 1).any():
        at = n <= k + 1
        raise UserError(
            f"AICc needs more units of data than free parameters and one; saw {n[at].flat[0]:g} units for "
            f"{k[at].flat[0]:g} parameters: use BIC, or more data."
        )
    return -2 * log_likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def bic(log_likelihood, n_parameters, n) -> np.ndarray:
    r"""The Bayesian criterion of Schwarz: smaller is better, and -BIC / 2 stands for the log evidence of a model.

    .. math:: BIC = -2 \ln L + k \ln n

    Symbols as in `aicc`.

    >>> round(float(bic(-100.0, 3, 20)), 3)
    208.987

    Source: Schwarz (1978), Annals of Statistics 6:461.
    Known limit: what is left out of the log evidence does not shrink with n, so that a small difference says little.
    """
    log_likelihood, k, n = _numbers(log_likelihood, n_parameters, n)
    return -2 * log_likelihood + k * np.log(n)


def _numbers(log_likelihood, n_parameters, n) -> tuple[np.ndarray, ...]:
    given = {"log_likelihood": log_likelihood, "n_parameters": n_parameters, "n": n}
    arrays = np.broadcast_arrays(*(checks.numbers(name, x).astype(float) for name, x in given.items()))
    if (arrays[1] < 0).any() or (arrays[2] < 1).any():
        raise ValueError("n_parameters must be at least 0 and n at least 1; count free parameters and units of data.")
    return tuple(arrays)
