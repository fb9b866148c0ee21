r"""A quadratic stand-in for each subject's log-likelihood, fitted to earlier draws, from which proposals are made.

.. math:: \ln p(y_s \mid z) \approx c_s + g_s^\top (z - m_s) - \tfrac12 (z - m_s)^\top H_s (z - m_s), \qquad
          z' \sim t_5\left(m_s + \Lambda^{-1} (g_s + \sigma^{-2} (\mu - m_s)),\ \Lambda^{-1}\right), \qquad
          \Lambda = H_s + \mathrm{diag}(\sigma^{-2})

``H`` without its negative part. Given the group, the proposal is the posterior as far as the stand-in is right; where
it is wrong, acceptance by the likelihood itself corrects it, and the heavy tails of t leave no place out of reach.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem.fit.population import Group

DF = 5.0  # of the proposals
WHOLE = 0.5  # share of proposals that go all the way


class Surrogate(NamedTuple):
    """The quadratic of each subject."""

    centre: np.ndarray  # (subject, parameter) m
    slope: np.ndarray  # (subject, parameter) g
    curvature: np.ndarray  # (subject, parameter, parameter) H


class Posterior(NamedTuple):
    """The t distribution of each chain and subject."""

    mean: np.ndarray  # (chain, subject, parameter)
    root: np.ndarray  # (chain, subject, parameter, parameter) lower Cholesky factor of its precision

    def moved(self, z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """z (chain, subject, parameter) replaced by a draw, or moved a part of the way to one; reversible.

        A t is a mixture of normals: for a part of the way, the normal's weight is drawn given z, and z moves within it.
        """
        whole = rng.random((*z.shape[:-1], 1)) < WHOLE
        part = np.where(whole, 1.0, rng.random(whole.shape))
        shape = np.where(whole, DF, DF + z.shape[-1]) / 2
        weight = rng.gamma(shape) / np.where(whole, DF, DF + self.distance(z)[..., None]) * 2
        noise = (rng.standard_normal(z.shape) / np.sqrt(weight))[..., None]
        drawn = np.linalg.solve(np.swapaxes(self.root, -1, -2), noise)[..., 0]
        return self.mean + np.sqrt(1 - part**2) * (z - self.mean) + part * drawn

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """ln of the density (chain, subject), up to what does not depend on z."""
        return -(DF + z.shape[-1]) / 2 * np.log1p(self.distance(z) / DF)

    def distance(self, z: np.ndarray) -> np.ndarray:
        """The squared distance (chain, subject) from the mean, in units of the spread."""
        return (((z - self.mean)[..., None, :] @ self.root) ** 2).sum((-2, -1))


def surrogate(z: np.ndarray, log_l: np.ndarray) -> Surrogate:
    """The quadratics that fit draws z (draw, subject, parameter) with log_l (draw, subject) by least squares.

    >>> z = np.random.default_rng(0).standard_normal((20, 1, 2))
    >>> surrogate(z, 3 - ((z - 1) ** 2 @ [2.0, 0.5])).curvature.round(6).tolist()
    [[[4.0, 0.0], [0.0, 1.0]]]
    """
    fitted = [_quadratic(z[:, subject], log_l[:, subject]) for subject in range(z.shape[1])]
    return Surrogate(*map(np.stack, zip(*fitted, strict=True)))


def _quadratic(z: np.ndarray, log_l: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, d = z.shape
    centre, scale = z.mean(0), z.std(0) + 1e-9
    u, (row, column) = (z - centre) / scale, np.triu_indices(d)
    features = np.concatenate([np.ones((n, 1)), u, u[:, row] * u[:, column]], 1)
    found = np.linalg.lstsq(features, log_l, rcond=None)[0]
    half = np.zeros((d, d))
    half[row, column] = -found[1 + d :]
    size, direction = np.linalg.eigh(half + half.T)
    curvature = (direction * np.maximum(size, 0)) @ direction.T
    return centre, found[1 : 1 + d] / scale, curvature / np.outer(scale, scale)


def posterior(quadratic: Surrogate, group: Group) -> Posterior:
    """The posterior of each subject, in each chain with its group, as far as the quadratics are right."""
    weight = 1 / group.sd[:, None] ** 2
    precision = quadratic.curvature + weight[..., None] * np.eye(weight.shape[-1])
    pull = quadratic.slope + weight * (group.mean[:, None] - quadratic.centre)
    mean = quadratic.centre + np.linalg.solve(precision, pull[..., None])[..., 0]
    return Posterior(mean, np.linalg.cholesky(precision))
