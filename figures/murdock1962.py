"""Murdock (1962): serial position curves of six lists, 10 to 40 words long

Immediate free recall at one or two seconds a word. Points are the archived data, 15 people in each condition, whose
means are not quite those of the published table. Lines are retrieved-context models fitted by likelihood, in two ways.

*Words recalled*: one set of parameters for each rate, fitted to all 45 people and all three lengths at it, so that a
model must find in its own working what length does. The models differ in when recall ends. By output position the rule
is blind to what is left, and about equally many words are recalled of 20 and of 40; by the support of what is left, or
once samplings have brought up nothing new so many times, longer lists give more words, as in people. The likeliest of
them fills the ledger. Four failures are about as many as make these lists likeliest, of 2 to 14 that were tried; three
are as good.

*Serial positions*: the likeliest rule fitted to a few people of each condition one by one, for a mean over people is
not the curve of a mean person: some begin with the first words, some with the last.

The models have no time: what two seconds do is in the parameters. One list in ten of each person is fitted for all,
one in four for each; recalls beyond the fifteenth were not archived and count as an end, in one list of twenty at most.
Simulated subjects of the ledger are alike, so that the interval of the model's mean holds the noise of the simulation
and none of the differences between people. "differs" therefore means more than simulation noise; with more simulated
subjects the interval gets narrower and more rows differ.

Murdock (1962), "The serial position effect of free recall", Journal of Experimental Psychology 64:482.
"""

from __future__ import annotations

import numpy as np

from neuromem import plot, script
from neuromem.core import cell_rng
from neuromem.data import load
from neuromem.fit.fit import fit
from neuromem.ledger import Published, Row
from neuromem.likelihood import Observed
from neuromem.measures.by_condition import by_condition
from neuromem.recall.lists import from_dataset, to_simulate
from neuromem.recall.search_model import SearchModel
from neuromem.recall.stopping import AfterFailures, BySupport

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482"
PARADIGMS = ()
DATA = ("murdock1962",)
TABLE = {"10-2": 6.39, "20-1": 6.87, "15-2": 8.25, "30-1": 8.82, "20-2": 8.53, "40-1": 8.24}
PUBLISHED = {
    name: Published(words, "Murdock (1962), Table 1", "mean", unit="words", about=f"words recalled, {name}")
    for name, words in TABLE.items()
}
MODELS = {
    "by output position": SearchModel(),
    "by support of what is left": SearchModel(stopping=BySupport()),
    "after four failures": SearchModel(stopping=AfterFailures(k_max=4)),
}
LENGTHS = {"1": (20, 30, 40), "2": (10, 15, 20)}  # by seconds a word
N_LISTS, N_PEOPLE = 80, 15  # of each person, of each condition
FOR_ALL, FOR_EACH = 10, 4  # one in so many lists is fitted


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The fits of each rule to all people at a rate, and of the likeliest to a few; their curves and people's."""
    people = load("murdock1962")
    told = {"effort": "quick", "seed": seed, "workers": workers, "progress": progress}
    fits = fit(MODELS, by_rate(people), **told)
    n = n_subjects or N_PEOPLE
    alike = {model: simulated(fits.sel(model=model), lambda c, _: int(c[-1]), n, seed) for model in MODELS}
    few, best = min(n_subjects or 6, N_PEOPLE), likeliest(fits)
    each = fit({best: MODELS[best]}, first_people(people, few), **told).sel(model=best)
    own = simulated(each, lambda condition, i: first_person(condition) + i, few, seed)
    return {"people": curves(people), "fits": fits, "alike": alike, "own": own}


def by_rate(people):
    """Some lists of each person; whose they are, is the rate."""
    some = people.isel(list=people.list_number.values % FOR_ALL == FOR_ALL // 2)
    seconds = np.array([int(name[-1]) for name in some.condition.values])
    order = np.argsort(seconds, kind="stable")
    return Observed(from_dataset(some).take(order), seconds[order], np.zeros(len(order)), "list")


def first_people(people, n):
    """Some lists of the first `n` people of each condition."""
    chosen = ((people.subject.values - 1) % N_PEOPLE < n) & (people.list_number.values % FOR_EACH == FOR_EACH // 2)
    some = people.isel(list=chosen)
    return Observed(from_dataset(some), some.subject.values, np.zeros(some.sizes["list"]), "list")


def first_person(condition):
    """The number of the first person of a condition: they are numbered on."""
    from neuromem.data.murdock1962 import CONDITIONS

    return 1 + N_PEOPLE * CONDITIONS.index(condition)


def curves(people):
    """The curves of each condition, which had other people in each."""
    own = [people.recall.values[people.condition.values == name] for name in TABLE]
    return measured(np.stack([lists.reshape(-1, N_LISTS, lists.shape[-1]) for lists in own], 1))


def simulated(fits, whose, n, seed):
    """The same curves of `n` people in each condition, at the values fitted to subject `whose` (condition, number)."""
    model = MODELS[str(fits.model.values)]
    recall = np.full((n, len(TABLE), N_LISTS, 40), -1, np.int32)
    for c, condition in enumerate(TABLE):
        length = length_of(condition)
        for i in range(n):
            value = fits.value.sel(subject=whose(condition, i)).dropna("parameter")
            values = dict(zip(value.parameter.values.tolist(), value.values.tolist(), strict=True))
            rng = cell_rng(seed, "murdock1962", str(fits.model.values), c, i)
            recall[i, c, :, :length] = model.recalls(to_simulate(length, N_LISTS), values, rng=rng)
    return measured(recall)


def measured(recall):
    lengths = np.array([length_of(name) for name in TABLE])
    return by_condition(recall, lengths).assign_coords(condition=list(TABLE))


def length_of(condition):
    return int(condition.partition("-")[0])


def likeliest(fits):
    """The rule with the largest log-likelihood, over both rates."""
    total = fits.log_likelihood.sum(("subject", "list"))
    return str(total.model.values[total.values.argmax()])


def rows(results):
    model, people = results["alike"][likeliest(results["fits"])], results["people"].n_recalled.mean("subject")
    return {n: Row(model.n_recalled.sel(condition=n).values, float(people.sel(condition=n))) for n in PUBLISHED}


def draw(results):
    fig, axes = plot.figure(2, 4, size=(12.6, 5.8))
    people, own, best = results["people"], results["own"], likeliest(results["fits"])
    for i, (name, ax) in enumerate(zip(sorted(TABLE), axes[:, :3].flat, strict=True)):
        n = length_of(name)
        x, at = np.arange(1, n + 1), {"condition": name, "position": slice(0, n - 1)}
        label = f"ends {best}:\n{own.sizes['subject']} people, each fitted"
        plot.line(ax, x, own.recalled.sel(at), label=label, color=plot.COLORS[list(MODELS).index(best)])
        plot.points(ax, x, people.recalled.sel(at), label="people (archive, 15)")
        ax.set(title=f"{n} words, {name[-1]} s each", ylim=(0, 1), xticks=np.arange(0, n + 1, 5))
        if i >= 3:
            ax.set_xlabel("serial position")
        if i % 3 == 0:
            ax.set_ylabel("probability of recall")
    axes[0, 0].legend(loc="lower left", fontsize=7)
    words(axes[0, 3], results, "1")
    words(axes[1, 3], results, "2")
    return fig


def words(ax, results, seconds):
    """Words recalled by length at one rate: people, the published table, and each rule with one fit of all lengths."""
    names, lengths = [f"{n}-{seconds}" for n in LENGTHS[seconds]], np.array(LENGTHS[seconds])
    log_likelihood = results["fits"].log_likelihood.sel(subject=int(seconds)).sum("list")
    for i, name in enumerate(MODELS):
        short = float(log_likelihood.max() - log_likelihood.sel(model=name))
        label = f"ends {name}: " + (f"ln p {-short:.0f}" if short else "likeliest")
        look = {"color": plot.COLORS[i], "style": plot.STYLES[i]}
        plot.line(ax, lengths, results["alike"][name].n_recalled.sel(condition=names), label=label, **look)
    plot.points(ax, lengths, results["people"].n_recalled.sel(condition=names), label="people (archive)")
    at, table = lengths + 0.03 * np.ptp(lengths), [TABLE[name] for name in names]
    plot.scatter(ax, at, table, label="people (Table 1)", color="0.45", marker="D", size=18)
    ax.set(title=f"All lengths of {seconds} s fitted at once", xlabel="words in the list", ylabel="words recalled")
    ax.set(ylim=(0, 11.5), xticks=lengths)
    ax.legend(loc="lower right", fontsize=6.5)


if __name__ == "__main__":
    script.figure(__file__)
