"""List length: of a longer list more words are recalled and a smaller part, unless the end is blind to what is left

Lists of several lengths are studied at one rate, and recalled at once. Of longer lists more words are recalled, and a
smaller proportion; and after equally many words recall is less likely to end where the list was longer. (That the last
eight are recalled as well as those of a short list is an effect of `list_recall`; here it is drawn only.)

The memories are one memory, but for the rule by which recall ends. A rule that sees only how many words are out
(`exponential_stop`, that of most fits of retrieved context) is blind to what is left: it must end as soon whatever the
length, so that the number cannot rise, and it fails `number_rises` and `longer_lists_end_later`. It does not fail
`proportion_falls`, which equal numbers bring with them: a fit to proportions alone would not show it. A rule that
counts failed samplings (`retrieved_context`), or weighs the support of what is left (`support_stop`), passes all. What
is not claimed: that people count failures, or that rates of presentation are explained.

Murdock (1962), Journal of Experimental Psychology 64:482. People: his archived data (15 in each condition, other people
in each).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from neuromem import checks, script
from neuromem import plot as draw
from neuromem.data import load
from neuromem.data.conditions import in_conditions
from neuromem.effects import Effect
from neuromem.measures.by_condition import of_trials
from neuromem.measures.list_length import pooled_stopping, shortest_less_longest, slope
from neuromem.models.immediate_recall import (
    DIMS_OF_LENGTHS,
    LABELS_OF_LENGTHS,
    LIKE_PEOPLE,
    of_lengths,
    searches_by_context,
)
from neuromem.models.stopping import ExponentialStop, FailureStop, SupportStop
from neuromem.settings import setting

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482"
COMPARED = True
DIMS, LABELS = DIMS_OF_LENGTHS, LABELS_OF_LENGTHS
LAST = 8  # words at the end, whose recall does not depend on length
FIRST_END, LAST_END = 4, 9  # words recalled, after which the end of recall is looked at: most lists get there


@dataclass(frozen=True, kw_only=True)
class Design:
    list_lengths: tuple[int, ...] = setting((20, 30, 40), unit="words", about="one condition each")
    n_lists: int = setting(80, unit="lists", about="of each length, for each subject, as Murdock had")
    people: Literal["one second", "two seconds", "none"] = setting(
        "one second", about="Murdock's people in the picture: 20 to 40 words at 1 s a word, or 10 to 20 at 2 s"
    )

    def __post_init__(self):
        if not self.list_lengths or len(set(self.list_lengths)) != len(self.list_lengths):
            raise ValueError(f"list_lengths must be one or several different numbers; saw {self.list_lengths}.")
        for length in self.list_lengths:
            checks.whole("list_lengths", length, LAST + 1)
        checks.whole("n_lists", self.n_lists, 1, 10**6)

    @classmethod
    def quick(cls):
        return cls(list_lengths=(20, 40), n_lists=40)


# One number of each rule is chosen so that about 6.87 of 20 words are recalled, as in Murdock's Table 1 (of that by
# output the first; the second is its default). What longer lists give follows.
MEMORIES = {
    "retrieved_context": replace(LIKE_PEOPLE["one_second"], stopping=FailureStop(k_max=8)),
    "support_stop": replace(LIKE_PEOPLE["one_second"], stopping=SupportStop(scale=1.62)),
    "exponential_stop": replace(LIKE_PEOPLE["one_second"], stopping=ExponentialStop(x1=0.026)),
}
N_SUBJECTS = 15


def prepare(design, memory):
    return searches_by_context(memory, "list_length", tuple(MEMORIES))


def simulate(design, memory, *, rng):
    """Lists of all lengths share their random numbers, so that lengths differ by what they do and not by chance."""
    streams = rng.spawn(design.n_lists)
    return of_lengths(memory, design.list_lengths, [deepcopy(streams) for _ in design.list_lengths])


def measure(trials):
    """Words recalled and their proportion, recall of the last words and of the others, and how likely recall ends."""
    curves = of_trials(trials)
    lengths = curves.list_length.values
    recall = trials.recall.transpose("subject", *DIMS["recall"]).values
    end = lengths[:, None] - 1 - curves.position.values  # words after each
    at_end = curves.recalled.where((end >= 0) & (end < LAST)).mean("position")
    before = curves.recalled.where(end >= LAST).mean("position")
    ends = [pooled_stopping(recall[:, i], int(n), FIRST_END, LAST_END) for i, n in enumerate(lengths)]
    told = f"probability of ending after {FIRST_END} to {LAST_END} words"
    return curves[["recalled", "n_recalled", "proportion"]].assign(
        last_words=at_end.assign_attrs(long_name=f"recall of the last {LAST} words"),
        other_words=before.assign_attrs(long_name="recall of the words before"),
        p_end=(("subject", "condition"), np.stack(ends, -1), {"long_name": told}),
    )


def data(design):
    """Murdock's lists at one rate; other people had each length."""
    if design.people == "none":
        return None
    people = load("murdock1962")
    seconds = "-1" if design.people == "one second" else "-2"
    people = people.isel(list=np.char.endswith(people.condition.values.astype(str), seconds))
    return in_conditions(people, people.condition.values.astype(str))


EFFECTS = {
    "number_rises": Effect(
        slope("n_recalled"),
        0.01,
        1.0,
        f"order only: at least .01 word a word; {REFERENCE}, Table 1: 6.87 of 20, 8.24 of 40",
        fails_for=("exponential_stop",),
    ),
    "proportion_falls": Effect(slope("proportion"), -1.0, -0.001, f"order only; {REFERENCE}, Table 1"),
    "longer_lists_end_later": Effect(
        shortest_less_longest("p_end"),
        0.03,
        1.0,
        "order only: after 4 to 9 words less likely by at least .03, a third of what the archived data of Murdock "
        "(1962) show, 20-1 less 40-1",
        fails_for=("exponential_stop",),
    ),
}
PANELS = (2, 2)


def plot(measured, ax, data=None):
    axes = {"n_recalled": ax[0, 0], "proportion": ax[0, 1], "p_end": ax[1, 0]}
    for number, (name, one) in enumerate(draw.each_memory(measured)):
        order = np.argsort(one.list_length.values)
        one, look = one.isel(condition=order), draw.look(number)
        for variable, axis in axes.items():
            draw.line(axis, one.list_length.values, _by_subject(one[variable]), label=name, **look)
        draw.line(ax[1, 1], one.list_length.values, _by_subject(one.last_words), label=f"{name}, last {LAST}", **look)
        draw.line(
            ax[1, 1],
            one.list_length.values,
            _by_subject(one.other_words),
            label=f"{name}, others",
            color=look["color"],
            style=":",
        )
    if data is not None:
        lengths, look = data.list_length.values, {"color": "black"}
        for variable, axis in axes.items():
            draw.points(axis, lengths, _by_subject(data[variable]), label="people", **look)
        draw.points(ax[1, 1], lengths, _by_subject(data.last_words), label=f"people, last {LAST}", **look)
        draw.points(ax[1, 1], lengths, _by_subject(data.other_words), label="people, others", marker="s", **look)
    for axis in ax.flat:
        axis.margins(x=0.1)
        axis.set(xlabel="words in the list", ylim=(0, None))
    axes["n_recalled"].set(ylabel="words recalled")
    axes["proportion"].set(ylabel="proportion recalled", ylim=(0, 1))
    axes["p_end"].set(ylabel=f"p(recall ends), {FIRST_END} to {LAST_END} words out")
    ax[1, 1].set(ylabel="probability of recall", ylim=(0, 1))
    ax[0, 0].legend()
    ax[1, 1].legend(fontsize="x-small")


def _by_subject(variable):
    return variable.transpose("subject", "condition")


if __name__ == "__main__":
    script.paradigm(__file__)
