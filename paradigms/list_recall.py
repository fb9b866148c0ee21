"""List recall: the end of a list is recalled best, neighbours follow one another, longer lists give more words

A list of words is studied and recalled at once, in any order. Longer lists give more words and a smaller
proportion of them; the last words are recalled best, whatever the length. Recall goes on to neighbours of the
word just recalled, more often forwards. The items are the values, a drifting context is what they are stored
under; each recall reinstates the context of its study.

How a search ends decides about list length: a rule by output position alone (`--memory-set
stopping=exponential_stop`, that of most fits) recalls equally many words of 20 and of 40, and fails
`number_rises_with_length`; rules that see what is left pass. The model has no time: for the rates that Murdock
varied there is a parameter set each (`--memory one_second`, `--memory two_seconds`, beside `--set
dataset=murdock1962`), which says that a rate matters and nothing about why.

Murdock (1962), Journal of Experimental Psychology 64:482; Kahana (1996), Memory & Cognition 24:103.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from neuromem import checks, script
from neuromem import plot as draw
from neuromem.data import load
from neuromem.data.conditions import in_conditions
from neuromem.effects import Effect
from neuromem.measures.by_condition import of_trials
from neuromem.measures.list_length import end_of_longest_less_shortest, last, slope
from neuromem.models.immediate_recall import (
    DIMS_OF_LENGTHS,
    LABELS_OF_LENGTHS,
    LIKE_PEOPLE,
    of_lengths,
    searches_by_context,
)
from neuromem.settings import setting

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482"
DIMS, LABELS = DIMS_OF_LENGTHS, LABELS_OF_LENGTHS


@dataclass(frozen=True, kw_only=True)
class Design:
    list_lengths: tuple[int, ...] = setting((10, 16, 20, 30, 40), unit="words", about="one condition each")
    n_lists: int = setting(20, unit="lists", about="of each length, for each subject")
    dataset: Literal["peers_notask", "morton2013", "murdock1962", "none"] = setting(
        "peers_notask", about="the people in the picture: lists of 16, of 24, of 10 to 40 words"
    )

    def __post_init__(self):
        if not self.list_lengths or len(set(self.list_lengths)) != len(self.list_lengths):
            raise ValueError(f"list_lengths must be one or several different numbers; saw {self.list_lengths}.")
        for length in self.list_lengths:
            checks.whole("list_lengths", length, 2)
        checks.whole("n_lists", self.n_lists, 1, 10**6)

    @classmethod
    def quick(cls):
        return cls(list_lengths=(16, 20, 40), n_lists=12)


MEMORIES = LIKE_PEOPLE
N_SUBJECTS = 100


def prepare(design, memory):
    return searches_by_context(memory, "list_recall", tuple(MEMORIES))


def simulate(design, memory, *, rng):
    """The lists of each length as a batch, each with a stream of its own."""
    streams = [rng.spawn(design.n_lists) for _ in design.list_lengths]
    return of_lengths(memory, design.list_lengths, streams)


def measure(trials):
    """The curves of each condition, NaN beyond its list length, and the number of words recalled."""
    return of_trials(trials)


def data(design):
    """The lists of people in the format of the trials; Murdock's conditions had other people in each."""
    if design.dataset == "none":
        return None
    people = load(design.dataset)
    label = people.condition if "murdock" in design.dataset else people.list_length
    return in_conditions(people, label.values.astype(str))


def recency(measured):
    """The last word less the average of all: mean over conditions."""
    ends = [last(measured, i, 1) for i in range(measured.sizes["condition"])]
    return sum(ends) / len(ends) - measured.proportion.mean("condition")


def at_lags(measured, *lags):
    return measured.lag_crp.mean("condition").sel(lag=list(lags)).mean("lag")


KAHANA = "Kahana (1996), Memory & Cognition 24:103"
EFFECTS = {
    "number_rises_with_length": Effect(
        slope("n_recalled"),
        0.01,
        1.0,
        f"order only: at least .01 word a word; {REFERENCE}, Table 1: 6.87 of 20, 8.24 of 40",
    ),
    "proportion_falls_with_length": Effect(slope("proportion"), -1.0, -0.001, f"order only; {REFERENCE}, Table 1"),
    "recency": Effect(recency, 0.1, 1.0, f"order only: by more than .1; {REFERENCE}"),
    "recency_does_not_depend_on_length": Effect(
        end_of_longest_less_shortest, -0.1, 0.1, f"no difference, within .1: the last eight positions; {REFERENCE}"
    ),
    "neighbours_follow_forwards": Effect(
        lambda m: at_lags(m, 1) - at_lags(m, 2), 0.02, 1.0, f"order only: lag 1 above lag 2 by more than .02; {KAHANA}"
    ),
    "neighbours_follow_backwards": Effect(
        lambda m: at_lags(m, -1) - at_lags(m, -2),
        0.02,
        1.0,
        f"order only: lag -1 above lag -2 by more than .02; {KAHANA}",
    ),
    "forwards_more_than_backwards": Effect(
        lambda m: at_lags(m, 1) - at_lags(m, -1),
        0.02,
        1.0,
        f"order only: lag 1 above lag -1 by more than .02; {KAHANA}; hidden in morton2013 by its categories",
    ),
}
PANELS = (2, 3)


def plot(measured, ax, data=None):
    curves, number, proportion = (ax[0, 0], ax[0, 1], ax[0, 2]), ax[1, 0], ax[1, 1]
    by_length(measured, curves, draw.line, "{} words")
    lengths = measured.list_length.values[order := np.argsort(measured.list_length.values)]
    for axis, name in ((number, "n_recalled"), (proportion, "proportion")):
        draw.line(axis, lengths, measured[name].isel(condition=order), label="model")
        if data is not None:
            draw.points(axis, data.list_length.values, data[name], label="people")
        axis.set(xlabel="words in the list", ylim=(0, None), xlim=(0, None))
    if data is not None:
        shared = np.isin(data.list_length.values, lengths)
        by_length(data.isel(condition=shared if shared.any() else slice(None)), curves, draw.points, "{}, people")
    curves[0].set(xlabel="serial position", ylabel="probability of recall", ylim=(0, 1))
    curves[1].set(xlabel="serial position", ylabel="probability of first recall", ylim=(0, None))
    curves[2].set(xlabel="lag (study positions)", ylabel="conditional response probability", ylim=(0, None))
    number.set(ylabel="words recalled")
    proportion.set(ylabel="proportion recalled", ylim=(0, 1))
    number.legend()
    ax[1, 2].axis("off")
    ax[1, 2].legend(*curves[0].get_legend_handles_labels(), loc="center")


def color(length):
    """Of a list length, the same for model and people."""
    return draw.COLORS[int(np.searchsorted((10, 16, 20, 30, 40), length)) % len(draw.COLORS)]


def by_length(measured, axes, primitive, label):
    """Serial position, first recall and lag-CRP of each condition, a colour for each list length."""
    for i, (name, length) in enumerate(zip(measured.condition.values, measured.list_length.values, strict=True)):
        one = measured.isel(condition=i, position=slice(int(length))).sel(lag=slice(-5, 5))
        look = {"label": label.format(name), "color": color(length)}
        primitive(axes[0], one.position + 1, one.recalled, **look)
        primitive(axes[1], one.position + 1, one["first"], **look)
        primitive(axes[2], one.lag, one.lag_crp, **look)


if __name__ == "__main__":
    script.paradigm(__file__)
