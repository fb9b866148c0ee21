"""The family of recognition with ratings: its models, its data, and the curves by which they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from neuromem import data
from neuromem.data import confidence_db_memory
from neuromem.likelihood import LikelihoodModel, Observed
from neuromem.measures.roc import roc
from neuromem.recognition.best_key import BestKey
from neuromem.recognition.dual_process import DualProcess
from neuromem.recognition.minerva import MinervaIntensity
from neuromem.recognition.rem import Rem
from neuromem.recognition.responses import from_counts
from neuromem.recognition.signal_detection import EqualVariance, UnequalVariance

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "old or new, with a rating of how sure: distributions of strength, cut by criteria"
MODELS: dict[str, LikelihoodModel] = {
    "equal_variance": EqualVariance(),
    "unequal_variance": UnequalVariance(),
    "dual_process": DualProcess(),
    "rem": Rem(),
    "minerva_intensity": MinervaIntensity(),
    "best_key": BestKey(),
    "best_key_that_fails": BestKey(fails=True),
}
ABOUT = {
    "equal_variance": "Strength is normal, and study adds the same to every item.",
    "unequal_variance": "Strength is normal, and study adds more to some items than to others.",
    "dual_process": "Some old items are recollected, all or none; the others are judged by familiarity.",
    "rem": "Strength is the log odds that an item is old, given its match to every stored image.",
    "minerva_intensity": "Strength is the summed cube of an item's similarity to all traces.",
    "best_key": "Strength is the noisy match of the query to the best of all stored keys.",
    "best_key_that_fails": "best_key, in which some studied items have no key.",
}
FALSE_ALARMS = np.linspace(0.05, 0.95, 19)
Z = np.linspace(-1.5, 1.5, 13)


def six_ratings() -> Observed:
    """The responses of the 459 people of `recognition_roc` who answered on a scale of six."""
    return _observed(data.load("recognition_roc", scale=6))


def eight_ratings() -> Observed:
    """The responses of the 391 people of `recognition_roc` who answered on a scale of eight."""
    return _observed(data.load("recognition_roc", scale=8))


def confidence(study: str) -> Observed:
    """The responses of a study of `confidence_db_memory`."""
    return _observed(data.load("confidence_db_memory", study=study))


def _observed(people: xr.Dataset) -> Observed:
    numbered = from_counts(people.old.to_numpy(), people.new.to_numpy())
    return Observed(numbered.data, people.subject.to_numpy()[numbered.subject], numbered.session, numbered.unit)


DATA: dict[str, Callable[[], Observed]] = {"recognition_roc": six_ratings, "recognition_roc_8": eight_ratings}
DATA |= {study: partial(confidence, study) for study in confidence_db_memory.STUDIES}


def curves(observed: Observed) -> xr.Dataset:
    """ROC, zROC and ratings of old and of new items, by subject.

    `roc` (subject, false_alarm) is the hit rate on straight lines between the points of the ROC, `zroc` (subject,
    z_false_alarm) the same of z-transformed rates; NaN beyond a person's points.
    """
    import xarray as xr

    subjects = observed.subjects()
    count = np.stack([observed.take(observed.subject == s).data.counts() for s in subjects])
    share = count / np.maximum(count.sum(-1, keepdims=True), 1)
    hit, false_alarm = roc(count[:, 1], count[:, 0])
    told = {"units": "1"}
    return xr.Dataset(
        {
            "roc": (("subject", "false_alarm"), _joined(false_alarm, hit), told | {"long_name": "hit rate"}),
            "zroc": (("subject", "z_false_alarm"), _z(false_alarm, hit), told | {"long_name": "z of the hit rate"}),
            "rated_old": (("subject", "rating"), share[:, 1], told | {"long_name": "old items given each rating"}),
            "rated_new": (("subject", "rating"), share[:, 0], told | {"long_name": "new items given each rating"}),
        },
        coords={
            "subject": ("subject", subjects, told | {"long_name": "subject"}),
            "rating": ("rating", np.arange(1, count.shape[-1] + 1), told | {"long_name": "rating, surest new first"}),
            "false_alarm": ("false_alarm", FALSE_ALARMS, told | {"long_name": "false alarm rate"}),
            "z_false_alarm": ("z_false_alarm", Z, told | {"long_name": "z of the false alarm rate"}),
        },
    )


def _joined(false_alarm: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """The hit rate (subject, false_alarm) on the lines from (0, 0) through the points of the ROC to (1, 1)."""
    x, y = (np.pad(rate, ((0, 0), (1, 1)), constant_values=(0, 1)) for rate in (false_alarm, hit))
    return np.stack([np.interp(FALSE_ALARMS, a, b) for a, b in zip(x, y, strict=True)])


def _z(false_alarm: np.ndarray, hit: np.ndarray) -> np.ndarray:
    from scipy.special import ndtri

    inner = (hit > 0) & (hit < 1) & (false_alarm > 0) & (false_alarm < 1)
    lines = np.full((len(hit), len(Z)), np.nan)
    for row, at in enumerate(inner):
        if at.sum() > 1:
            x, y = ndtri(false_alarm[row, at]), ndtri(hit[row, at])
            lines[row] = np.interp(Z, x, y, left=np.nan, right=np.nan)
    return lines
