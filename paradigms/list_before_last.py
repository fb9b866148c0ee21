"""List before last: its recall depends on its own length and, if nothing was recalled between, on that of the last list

Lists are studied one after another, and asked for is the list before the last. Shiffrin (1970) found that its recall
depends on its own length, and not on that of the list studied since: words are lost by their number in the set that is
searched, not by those that follow them. Jang & Huber (2008) found that this takes recall between the lists, as his
procedure had it after each; without it, both lengths matter. Recall changes the context, and so parts the lists.

The account here: context drifts slowly with the words, so that a list shares it; the context in which the wanted list
began is brought back as the cue. A word recalled brings back its own context and moves the present one away, so that
lists with recall between them do not share theirs; without recall, the last list has gone on from where the wanted one
ended, its words answer to the cue as well, and compete the more the more there are. A context that changes with every
word (`fast_context`) has nothing that a list shares: the last list is far from the cue with or without recall, and its
length cannot matter.

Each trial: three lists, the wanted one, the last one; in the condition with recall, after each list from the second on
the one before it is recalled. Counted is recall of the wanted list. Nothing holds back words of other lists that come
to mind, so that there are more intrusions than people's; no data of people are at hand.

Shiffrin (1970), Science 168:1601; Jang & Huber (2008), Journal of Experimental Psychology: Learning, Memory and
Cognition 34:112.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from neuromem import checks, script
from neuromem import plot as draw
from neuromem.effects import Effect
from neuromem.models.free_recall import free_recall
from neuromem.models.immediate_recall import searches_by_context
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop
from neuromem.scaffolds.drift import ItemDriven
from neuromem.settings import setting

SHIFFRIN = "Shiffrin (1970), Science 168:1601"
REFERENCE = "Jang & Huber (2008), Journal of Experimental Psychology: Learning, Memory and Cognition 34:112"
DIMS = {
    "between": ("between",),
    "wanted": ("wanted",),
    "last": ("last",),
    "n_recalled": ("between", "wanted", "last", "trial"),
    "n_intrusions": ("between", "wanted", "last", "trial"),
}
LABELS = {
    "between": ("what happens between the lists", "1"),
    "wanted": ("words in the list before last", "words"),
    "last": ("words in the last list", "words"),
    "n_recalled": ("words recalled of the list before last", "words"),
    "n_intrusions": ("words recalled of other lists", "words"),
}
BETWEEN = ("recall", "nothing")


@dataclass(frozen=True, kw_only=True)
class Design:
    short: int = setting(6, unit="words", about="in a short list")
    long: int = setting(24, unit="words", about="in a long list")
    earlier: int = setting(6, unit="words", about="in each of the three lists before the wanted one")
    n_trials: int = setting(120, unit="trials", about="of each condition, for each subject")

    def __post_init__(self):
        for name in ("short", "long", "earlier"):
            checks.whole(name, getattr(self, name), 1)
        checks.whole("n_trials", self.n_trials, 1, 10**6)
        if self.short >= self.long:
            raise ValueError(f"short must be less than long; saw {self.short} and {self.long}.")

    @classmethod
    def quick(cls):
        return cls(n_trials=90)


# By hand, not fitted: context drifts slowly in a list and moves far with each recall; some six words come to mind.
SLOW = RetrievedContext(
    drift=ItemDriven(b_enc=0.1, b_rec=0.95),
    stopping=ExponentialStop(x1=0.03, x2=0.3),
    b_start=1.0,
    l_fc=0.3,
    l_cf=0.9,
    p1=0.0,
)
MEMORIES = {
    "retrieved_context": SLOW,
    "fast_context": replace(SLOW, drift=ItemDriven(b_enc=0.9, b_rec=0.95)),
}
N_SUBJECTS = 5


def prepare(design, memory):
    """The memory as it is; only one that searches by context can recall a list."""
    return searches_by_context(memory, "list_before_last", tuple(MEMORIES))


def simulate(design, memory, *, rng):
    """All trials of a condition as a batch."""
    lengths = np.array([design.short, design.long])
    counts = np.empty((2, 2, 2, 2, design.n_trials), np.int64)
    for i, between in enumerate(BETWEEN):
        for j, wanted in enumerate(lengths):
            for k, last in enumerate(lengths):
                lists = *[design.earlier] * 3, int(wanted), int(last)
                counts[:, i, j, k] = asked(memory, lists, between == "recall", rng.spawn(design.n_trials))
    return {
        "between": np.array(BETWEEN),
        "wanted": lengths,
        "last": lengths,
        "n_recalled": counts[0],
        "n_intrusions": counts[1],
    }


def asked(memory, lengths, recall_between, streams):
    """Words (trial) recalled of the list before last, and of others."""
    n, ends = sum(lengths), np.cumsum(lengths)
    key, value = np.eye(n + 1)[:n], np.zeros((n, 1))
    state, began = memory.init(n, n + 1, 1, rng=streams), []
    for number, (first, end) in enumerate(zip(ends - lengths, ends, strict=True)):
        began.append(state.context)
        items = (np.broadcast_to(part[first:end], (len(streams), end - first, part.shape[1])) for part in (key, value))
        state = memory.write(state, *items, rng=streams)
        if number and (recall_between or end == n):
            state, said = free_recall(memory, memory.begin_recall(state, began[-2]), rng=streams)
    right = (said >= ends[-3]) & (said < ends[-2])
    return right.sum(-1), ((said >= 0) & ~right).sum(-1)


def measure(trials):
    """The proportion of the list before last that is recalled, and the number of words of others."""
    number = trials.n_recalled.transpose(..., "between", "wanted", "last", "trial")
    told = {"long_name": "proportion of the list before last recalled", "units": "1"}
    other = {"long_name": "words of other lists recalled", "units": "words"}
    return xr.Dataset(
        {
            "proportion": (number.mean("trial") / trials.wanted).assign_attrs(told),
            "intrusions": trials.n_intrusions.mean("trial").assign_attrs(other),
        }
    )


def longer(name, between):
    """What a longer list `name` does to the proportion recalled, the mean over lengths of the other."""

    def statistic(measured):
        one = measured.proportion.sel(between=between)
        other = "last" if name == "wanted" else "wanted"
        return (one.isel({name: 1}) - one.isel({name: 0})).mean(other)

    return statistic


def parted(measured):
    """What a longer last list does: after recall between the lists less without."""
    return longer("last", "recall")(measured) - longer("last", "nothing")(measured)


EFFECTS = {
    "own_length_matters_after_recall": Effect(
        longer("wanted", "recall"), -1.0, -0.05, f"order only: lower by more than .05; {SHIFFRIN}"
    ),
    "length_of_the_last_does_not_after_recall": Effect(
        longer("last", "recall"),
        -0.05,
        0.05,
        f"no difference, within .05; {SHIFFRIN}",
    ),
    "own_length_matters_without_recall": Effect(
        longer("wanted", "nothing"), -1.0, -0.05, f"order only: lower by more than .05; {REFERENCE}"
    ),
    "length_of_the_last_matters_without_recall": Effect(
        longer("last", "nothing"),
        -1.0,
        -0.05,
        f"order only: lower by more than .05; {REFERENCE}",
        fails_for=("fast_context",),
    ),
    "recall_parts_the_lists": Effect(
        parted,
        0.03,
        1.0,
        f"order only: the last list's length matters less after recall, by more than .03; {REFERENCE}",
        fails_for=("fast_context",),
    ),
}
COMPARED = True
PANELS = (1, 2)


def plot(measured, ax, data=None):
    for axis, between in zip(ax, BETWEEN, strict=True):
        for i, (name, one) in enumerate(draw.each_memory(measured)):
            for j, wanted in enumerate(one.wanted.values):
                y = one.proportion.sel(between=between).isel(wanted=j)
                label = f"{name.replace('_', ' ')}, {wanted} words wanted"
                draw.line(axis, one["last"], y, label=label, color=draw.COLORS[i % 7], style=draw.STYLES[j])
        axis.set(title=f"{between} between the lists", xlabel="words in the last list", ylim=(0, 1))
        axis.set(ylabel="proportion of list before last", xticks=measured["last"].values)
    ax[0].legend(fontsize=7)


if __name__ == "__main__":
    script.paradigm(__file__)
