"""Spacing: a word that comes back after others is recalled better than one that is repeated at once

Lists in which every word is presented several times: in a row (massed), after few other words (spaced short) or after
many (spaced long). All words of a list are spaced alike, so that none gains at the expense of others. More words are
recalled of spaced than of massed lists, and more of lists with long lags than with short ones.

The account by retrieved context: a word that is repeated at once is bound mostly to the context that it has itself
just filled; one that comes back later finds another context, and brings the one of its first presentation into it
(study-phase retrieval), so that its neighbours there and here become cues for it. Two memories cannot show it: where
the context stands still at study (`still_context`), all presentations are stored under one context whenever they come;
where recall ends by output position alone (`stops_by_output`), every pure list gives the same number of words,
whatever its words are worth. Conditions differ in the schedule alone: they share their random numbers. The model,
fitted to which words people recalled after which, makes more of spacing than people do.

People: Kahana & Howard (2005), 30 words three times; the set `lohnas_kahana2014`, 20 words twice, massed or spaced
(2 to 9), after a distractor (`--set dataset=lohnas_kahana2014 --set n_words=20 --set n_presentations=2`).

Kahana & Howard (2005), Psychonomic Bulletin & Review 12:159; Siegel & Kahana (2014), Journal of Experimental
Psychology: Learning, Memory and Cognition 40:755.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr

from neuromem import checks, script
from neuromem import plot as draw
from neuromem.data import load
from neuromem.data.conditions import by_subject
from neuromem.effects import Effect
from neuromem.models.free_recall import free_recall, wide
from neuromem.models.immediate_recall import searches_by_context
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop, FailureStop
from neuromem.scaffolds.drift import ItemDriven
from neuromem.settings import setting

REFERENCE = "Kahana & Howard (2005), Psychonomic Bulletin & Review 12:159"
DIMS = {
    "condition": ("condition",),
    "presented": ("condition", "list", "presentation"),
    "recall": ("condition", "list", "output"),
}
LABELS = {
    "condition": ("how repetitions are spaced", "1"),
    "presented": ("word at each presentation, numbered by its first", "1"),
    "recall": ("word recalled, by its number, -2 for an intrusion, -1 after the last", "1"),
}
CONDITIONS = ("massed", "spaced short", "spaced long")


@dataclass(frozen=True, kw_only=True)
class Design:
    n_words: int = setting(30, unit="words", about="in each list")
    n_presentations: int = setting(3, unit="presentations", about="of each word")
    short: int = setting(5, unit="presentations", about="mean lag between those of a word in spaced short lists")
    long: int = setting(10, unit="presentations", about="mean lag in spaced long lists")
    n_lists: int = setting(20, unit="lists", about="of each condition, for each subject")
    dataset: Literal["kahana_howard2005", "lohnas_kahana2014", "none"] = setting(
        "kahana_howard2005", about="the people in the picture"
    )

    def __post_init__(self):
        checks.whole("n_words", self.n_words, 2)
        checks.whole("n_presentations", self.n_presentations, 2)
        checks.whole("n_lists", self.n_lists, 1, 10**6)
        for name in ("short", "long"):
            checks.whole(name, getattr(self, name), 2, self.n_words)
            if self.n_words % getattr(self, name):
                raise ValueError(f"{name} must divide n_words, {self.n_words}; saw {getattr(self, name)}.")

    @classmethod
    def quick(cls):
        return cls(n_lists=8)

    def lags(self) -> tuple[int, ...]:
        """The mean lag of each condition."""
        return 1, self.short, self.long


# Fitted by likelihood to every tenth list of kahana_howard2005, all people together (`neuromem.recall`: ScheduledSearch
# with AfterFailures(k_max=20)): to which words were recalled after which, not to how many were in each condition.
FITTED = RetrievedContext(
    drift=ItemDriven(b_enc=0.3001, b_rec=0.9563),
    stopping=FailureStop(k_max=20),
    b_start=0.9803,
    l_fc=0.0313,
    l_cf=0.0513,
    p1=0.0237,
    p2=0.1296,
)
MEMORIES = {
    "retrieved_context": FITTED,
    "still_context": replace(FITTED, drift=ItemDriven(b_enc=0.0, b_rec=0.9563)),
    "stops_by_output": replace(FITTED, stopping=ExponentialStop()),
}
N_SUBJECTS = 30


def prepare(design, memory):
    """The memory as it is; only one that searches by context can recall a list."""
    return searches_by_context(memory, "spacing", tuple(MEMORIES))


def simulate(design, memory, *, rng):
    """The lists of each condition as a batch; the same chances of recall in each."""
    shape = len(CONDITIONS), design.n_lists
    words, times = design.n_words, design.n_presentations
    presented = np.array([[schedule(words, times, lag, rng) for _ in range(shape[1])] for lag in design.lags()])
    seeds = rng.integers(2**63, size=design.n_lists)
    recall = np.empty((*shape, design.n_words), np.int32)
    for i, words in enumerate(presented):
        streams = [np.random.default_rng(seed) for seed in seeds]
        recall[i] = wide(recalled(memory, words, streams), design.n_words)
    return {"condition": np.array(CONDITIONS), "presented": presented, "recall": recall}


def schedule(n_words, n_presentations, lag, rng):
    """The word at each presentation: blocks of `lag` words, each block several times, the halves of it shuffled.

    So the lags between presentations of a word are `lag` on average and at least half of that.
    """
    half = (lag + 1) // 2
    order = []
    for first in range(0, n_words, lag):
        for _ in range(n_presentations):
            order += [first + rng.permutation(half), first + half + rng.permutation(lag - half)]
    return numbered(np.concatenate(order))


def numbered(words):
    """Words renamed by the order of their first presentations."""
    _, first, inverse = np.unique(words, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def recalled(memory, presented, streams):
    """The words (list, output) recalled of lists (list, presentation), each word with a context unit of its own."""
    n_words = presented.max() + 1
    key, value = np.eye(n_words + 1)[presented], presented[..., None] + 1.0
    state = memory.write(memory.init(n_words, n_words + 1, 1, rng=streams), key, value, rng=streams)
    return free_recall(memory, memory.begin_recall(state), rng=streams)[1]


def measure(trials):
    """Words recalled and the mean lag between presentations of a word, by condition."""
    recall = trials.recall.transpose("subject", "condition", "list", "output").values
    presented = trials.presented.transpose(..., "condition", "list", "presentation").values
    presented = np.broadcast_to(presented, (*recall.shape[:-1], presented.shape[-1]))
    said = (recall[..., None, :] == np.arange(presented.max() + 1)[:, None]).any(-1)
    studied = (recall > MISSING).any(-1)
    told = np.where(studied, said.sum(-1), np.nan)
    lags = np.where(studied, mean_lag(presented), np.nan)
    dims = "subject", "condition"
    return xr.Dataset(
        {
            "n_recalled": (dims, mean(told), {"long_name": "words recalled a list", "units": "words"}),
            "lag": (dims, mean(lags), {"long_name": "mean lag between presentations", "units": "presentations"}),
        },
        coords={"condition": trials.condition.values},
    )


MISSING = -3  # a list that a subject did not have


def mean(x):
    """Over lists, NaN without any."""
    n = (~np.isnan(x)).sum(-1)
    return np.divide(np.nansum(x, -1), n, out=np.full(n.shape, np.nan), where=n > 0)


def mean_lag(presented):
    """How many presentations after one of a word the next comes, on average (..., list)."""
    order = np.argsort(presented, -1, kind="stable")
    same = np.diff(np.take_along_axis(presented, order, -1), axis=-1) == 0
    return np.where(same, np.diff(order, axis=-1), 0).sum(-1) / np.maximum(same.sum(-1), 1)


def data(design):
    """The lists of people in the format of the trials; a subject's lists of a condition are not equally many."""
    if design.dataset == "none":
        return None
    people = load(design.dataset)
    people = people.isel(list=np.isin(people.condition.values, ["massed", "spaced", *CONDITIONS[1:]]))
    kind = np.where(people.condition.values == "spaced", "spaced short", people.condition.values)
    presented = np.array([numbered(row) for row in people.first_presentation.values])
    word = np.take_along_axis(presented, np.maximum(people.recall.values, 0), 1)
    recall = np.where(people.recall.values >= 0, word, people.recall.values)
    of = people.subject.values, kind, CONDITIONS
    trials = {
        "recall": by_subject(recall.astype(np.int32), *of, missing=MISSING),
        "presented": by_subject(presented, *of, missing=0),
    }
    dims = {name: (("subject", *DIMS[name]), held) for name, held in trials.items()}
    return xr.Dataset(dims, coords={"condition": list(CONDITIONS)})


def more(first, than):
    def statistic(measured):
        return measured.n_recalled.sel(condition=first) - measured.n_recalled.sel(condition=than)

    return statistic


EFFECTS = {
    "spaced_more_than_massed": Effect(
        more("spaced short", "massed"),
        0.2,
        15.0,
        f"order only: by at least .2 word a list; {REFERENCE}",
        fails_for=("still_context", "stops_by_output"),
    ),
    "longer_lags_more_than_shorter": Effect(
        more("spaced long", "spaced short"),
        0.2,
        15.0,
        f"order only: by at least .2 word a list; {REFERENCE}",
        fails_for=("still_context", "stops_by_output"),
    ),
}
COMPARED = True


def plot(measured, ax, data=None):
    for i, (name, one) in enumerate(draw.each_memory(measured)):
        at = one.lag.mean("subject")
        draw.line(ax, at, one.n_recalled, label=name.replace("_", " "), color=draw.COLORS[i], style=draw.STYLES[i % 4])
    if data is not None:
        seen = ~np.isnan(data.n_recalled.values).all(0)
        at = data.lag.mean("subject").values[seen]
        draw.points(ax, at, data.n_recalled.values[:, seen], label="people")
    ax.set(xlabel="mean lag between presentations of a word", ylabel="words recalled", ylim=(0, None), xlim=(0, None))
    ax.legend()


if __name__ == "__main__":
    script.paradigm(__file__)
