r"""Bayesian selection of models for groups: subjects may differ in the model that describes them.

Each subject is described by one of the models, drawn from frequencies r over people, which are Dirichlet:

.. math:: r \sim Dir(\alpha_0), \qquad m_s \sim r, \qquad y_s \sim p(y_s \mid m_s)

so that one subject with an enormous difference counts as one subject. The posterior of r is Dirichlet too, in the
variational approximation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem import checks
from neuromem.errors import UserError

CONVERGED = 1e-10  # largest change of a Dirichlet parameter
MOST_ROUNDS = 10_000


class Selection(NamedTuple):
    alpha: np.ndarray  # (model) parameters of the Dirichlet posterior
    frequency: np.ndarray  # (model) expected share of people whom the model describes
    exceedance: np.ndarray  # (model) probability that it describes more people than any other model
    protected: np.ndarray  # (model) the same, allowing that all models are equally frequent
    omnibus_risk: float  # probability that all models are equally frequent
    belongs: np.ndarray  # (subject, model) probability that the model describes the subject


def select(log_evidence, *, prior: float = 1.0) -> Selection:
    r"""The frequencies of models over people, from the log evidence (subject, model) of each model for each subject.

    The variational posterior :math:`Dir(\alpha)` solves

    .. math::

        u_{sm} \propto \exp\left(\ln p(y_s \mid m) + \psi(\alpha_m) - \psi(\textstyle\sum_l \alpha_l)\right), \qquad
        \alpha_m = \alpha_0 + \sum_s u_{sm}

    with ``u`` normalised over models. The protected exceedance probability weighs this against all models being
    equally frequent: with M models and the omnibus risk R, :math:`(1 - R)\, \varphi_m + R / M`.
    `prior` is :math:`\alpha_0`, the same for each model. Log evidence is a marginal likelihood, or -BIC / 2 for it.

    Raises UserError for fewer than two models or subjects, ValueError for what is not finite.

    >>> select([[0.0, -3.0], [0.0, -2.0], [-1.0, 0.0]]).alpha.round(3)
    array([3.427, 1.573])

    Source: Stephan, Penny, Daunizeau, Moran & Friston (2009), NeuroImage 46:1004; Rigoux, Stephan, Friston & Daunizeau
    (2014), NeuroImage 84:971.
    Known limit: the posterior is an approximation, a little too narrow where subjects' evidence is weak.
    """
    log_evidence = _evidence(log_evidence)
    checks.number("prior", prior, 0, open_low=True)
    alpha0 = np.full(log_evidence.shape[1], float(prior))
    alpha, belongs = _posterior(log_evidence, alpha0)
    over = exceedance(alpha)
    risk = _omnibus_risk(log_evidence, alpha0, alpha, belongs)
    return Selection(alpha, alpha / alpha.sum(), over, (1 - risk) * over + risk / len(alpha), risk, belongs)


def exceedance(alpha) -> np.ndarray:
    r"""The probability (model) that each entry of a Dirichlet draw is the largest.

    .. math:: \varphi_m = \int_0^\infty g_m(x) \prod_{l \ne m} G_l(x)\, dx

    ``g`` and ``G``: density and distribution of Gamma variables of shape :math:`\alpha`, for a Dirichlet draw is as
    many of them divided by their sum. For two models this is the tail of a Beta distribution. By quadrature, to 1e-9.

    >>> exceedance([3.0, 1.0])
    array([0.875, 0.125])

    Source: Soch & Allefeld (2016), arXiv:1611.01439. Known limit: none.
    """
    from scipy import special
    from scipy.integrate import quad_vec

    alpha = checks.numbers("alpha", alpha).astype(float)
    if alpha.ndim != 1 or len(alpha) < 2 or not (np.isfinite(alpha) & (alpha > 0)).all():
        raise ValueError(f"alpha must be (model) of at least two, each above 0; saw {alpha}.")
    if len(alpha) == 2:
        return special.betaincc(alpha, alpha[::-1], 0.5)

    def density(quantile):
        """Of each model at its own quantile, so that the integral runs over [0, 1] and no peak is missed."""
        x = special.gammaincinv(alpha, quantile)
        below = special.gammainc(alpha, x[:, None])
        np.fill_diagonal(below, 1.0)
        return below.prod(-1)

    over = quad_vec(density, 0, 1, epsabs=1e-10, epsrel=1e-10)[0]
    return over / over.sum()


def _posterior(log_evidence: np.ndarray, alpha0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dirichlet parameters, and to which model each subject belongs, in turn until neither changes."""
    from scipy.special import digamma, softmax

    alpha = alpha0
    for _ in range(MOST_ROUNDS):
        belongs = softmax(log_evidence + digamma(alpha), axis=1)
        before, alpha = alpha, alpha0 + belongs.sum(0)
        if np.abs(alpha - before).max() < CONVERGED:
            break
    return alpha, belongs


def _omnibus_risk(log_evidence, alpha0, alpha, belongs) -> float:
    """The posterior probability that all models are equally frequent, both hypotheses alike beforehand."""
    from scipy.special import expit

    equal = _log_mean_exp(log_evidence).sum()
    return float(expit(equal - _free_energy(log_evidence, alpha0, alpha, belongs)))


def _free_energy(log_evidence, alpha0, alpha, belongs) -> float:
    """The variational bound on the log probability of all subjects' data when frequencies are free."""
    from scipy.special import digamma, entr, gammaln

    expected = digamma(alpha) - digamma(alpha.sum())
    joint = gammaln(alpha0.sum()) - gammaln(alpha0).sum() + (alpha0 - 1) @ expected
    joint += (belongs * (expected + log_evidence)).sum()
    entropy_of_r = gammaln(alpha).sum() - gammaln(alpha.sum()) - (alpha - 1) @ expected
    return float(joint + entropy_of_r + entr(belongs).sum())


def _log_mean_exp(x: np.ndarray) -> np.ndarray:
    from scipy.special import logsumexp

    return logsumexp(x, axis=1) - np.log(x.shape[1])


def _evidence(log_evidence) -> np.ndarray:
    x = checks.numbers("log_evidence", log_evidence).astype(float)
    if x.ndim != 2 or not np.isfinite(x).all():
        raise ValueError(f"log_evidence must be finite, (subject, model); saw shape {x.shape}.")
    for what, n in zip(("subjects", "models"), x.shape, strict=True):
        if n < 2:
            raise UserError(f"Bayesian selection of models for groups needs at least two {what}; saw {n}.")
    return x
