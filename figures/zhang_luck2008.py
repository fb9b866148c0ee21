"""Zhang & Luck (2008): guesses, swaps and precision by set size, and a key-value memory that derives them from one gain

Colours of 1 to 8 items are reproduced in three experiments. Points are people: the mixture of memory, swaps and
guesses, estimated for each set size apart, which takes as many as three numbers for each. Lines are the key-value
account with four for all set sizes (gain, precision of keys and of values, load): the same mixture, estimated on
reports that the account makes at each person's fitted values. Below, what the models are worth: AICc minus that of the
best, mean over people with its 95 % interval (bias-corrected bootstrap). The account's rival has a fixed gain and a
rest that matches no key; of the three experiments it needs the places of the keys, which only the third records, to do
well. Few people are fitted, as each panel says, so that this page is made in seconds; `neuromem compare` fits all.

Published are the probability of memory and the standard deviation of a mixture without swaps. The column "archive" of
the ledger is the same mixture of all people in the archived data; ours is that of reports made by the account. Where
ours differs, the account is wrong: at six items it knows more people's angles, and more vaguely, than a mixture of
memory and guesses says, for its precision has no plateau. Where places of keys are known (Oberauer & Lin) it makes too
few swaps at seven and eight items. The archive's standard deviations differ a little from the published ones, which may
have been averaged in another way.

Zhang & Luck (2008), Nature 453:233; Bays, Catalao & Husain (2009), Journal of Vision 9(10):7; Oberauer & Lin (2017),
Psychological Review 124:21.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from neuromem import plot, script
from neuromem.fit.criteria import aicc
from neuromem.fit.fit import fit
from neuromem.fit.paired import paired
from neuromem.fit.predictive import predicted
from neuromem.fit.search import Effort
from neuromem.ledger import Published, Row
from neuromem.measures.error_mixture import error_mixture, error_mixtures
from neuromem.precision.family import DATA as OBSERVED
from neuromem.precision.family import MODELS

REFERENCE = "Zhang & Luck (2008), Nature 453:233"
PARADIGMS = ()
DATA = ("wm_continuous_report",)
STUDIES = {"zhang_luck_2008": 8, "bays_2009": 5, "oberauer_lin_2017": 5}  # people who are fitted
TITLES = {"zhang_luck_2008": "Zhang & Luck", "bays_2009": "Bays et al.", "oberauer_lin_2017": "Oberauer & Lin"}
FITTED = ("key_value", "key_value_rest")
EFFORT = Effort(starts=1, population=5, tolerance=1e-2)
REPEATS = 4  # simulated trials for each of people's
P_MEMORY = {1: 0.99, 2: 0.95, 3: 0.83, 6: 0.38}
SD = {1: 13.9, 2: 19.4, 3: 21.9, 6: 22.3}
SOURCE = "Zhang & Luck (2008), figure 2"
PUBLISHED = {
    f"{name}_{n}": Published(value, SOURCE, "mean", unit, f"{about}, {n} items")
    for name, about, unit, values in (
        ("p_memory", "probability of memory", "1", P_MEMORY),
        ("sd", "standard deviation", "degrees", SD),
    )
    for n, value in values.items()
}


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """People's mixtures, the account's at each person's fitted values, and the AICc of four models, for each study."""
    results = {}
    for done, (study, n) in enumerate(STUDIES.items(), 1):
        results[study] = of_study(OBSERVED[study](), n_subjects or n, seed, workers)
        if progress:
            progress(done, len(STUDIES))
    return results


def of_study(everyone, n_subjects, seed, workers):
    observed = everyone.take(np.isin(everyone.subject, everyone.subjects()[:n_subjects]))
    models = {name: MODELS[name] for name in FITTED}
    fits = fit(models, observed, effort=EFFORT, seed=seed, workers=workers)
    account = {FITTED[0]: models[FITTED[0]]}
    made = predicted(account, fits, observed, estimated, seed=seed, repeats=REPEATS).isel(model=0)
    return {
        "people": estimated(observed),
        "account": made,
        "everyone": without_swaps(everyone),
        "criterion": criterion(observed, fits),
        "n": (n_subjects, len(everyone.subjects())),
    }


def as_trials(observed):
    """What was observed as a Dataset of trials."""
    data = observed.data
    return xr.Dataset(
        {"error": ("trial", data.error), "non_target": (("trial", "other"), data.non_target)},
        coords={"subject": ("trial", observed.subject), "n_items": ("trial", data.n_items)},
    )


def without_swaps(observed):
    return error_mixtures(as_trials(observed))


def estimated(observed):
    """The mixture with swaps of each subject and set size, and beside it the one without."""
    found = error_mixtures(as_trials(observed), swaps=True)
    alone = without_swaps(observed)
    return found.assign(p_memory_alone=alone.p_memory, sd_alone=alone.sd)


def criterion(observed, fits):
    """AICc (subject, model): of the mixtures of each set size, and of the fitted accounts."""
    subjects = observed.subjects()
    each = [observed.take(observed.subject == s).data for s in subjects]
    mixtures = [[aicc(*best_mixture(data, swaps), len(data)) for swaps in (False, True)] for data in each]
    total = fits.log_likelihood.sum("trial").sel(subject=subjects, model=list(FITTED)).transpose("subject", "model")
    n = np.array([[len(data)] for data in each])
    return np.concatenate([mixtures, aicc(total.values, fits.n_parameters.sel(model=list(FITTED)).values, n)], 1)


def best_mixture(data, swaps):
    """The greatest log-likelihood of one person's reports under a mixture of each set size, and its parameters."""
    total, n_parameters = 0.0, 0
    for n_items in np.unique(data.n_items):
        one = data.take(data.n_items == n_items)
        many = swaps and n_items > 1
        found = error_mixture(one.error, one.non_target[:, : n_items - 1] if many else None)
        total, n_parameters = total + found.log_likelihood, n_parameters + (3 if many else 2)
    return total, n_parameters


def rows(results):
    account, everyone = results["zhang_luck_2008"]["account"], results["zhang_luck_2008"]["everyone"]
    told = {}
    for n in P_MEMORY:
        ours, people = account.sel(n_items=n), everyone.sel(n_items=n).mean("subject")
        told[f"p_memory_{n}"] = Row(ours.p_memory_alone.values, float(people.p_memory))
        told[f"sd_{n}"] = Row(np.rad2deg(ours.sd_alone.values), float(np.rad2deg(people.sd)))
    return told


PANELS = {"p_guess": ("guesses", (0, 0.8)), "p_swap": ("swaps", (0, 0.8)), "sd": ("spread (rad)", (0, 0.8))}


def draw(results):
    fig, axes = plot.figure(4, 3, size=(9.6, 10.4))
    for column, (study, one) in zip(axes.T, results.items(), strict=True):
        for ax, (name, (label, limits)) in zip(column, PANELS.items(), strict=False):
            x = one["people"].n_items
            plot.points(ax, x, one["people"][name], label="people, each set size apart")
            plot.line(ax, x, one["account"][name], label="key-value account, four numbers", color=plot.COLORS[0])
            ax.set(xlabel="items", ylabel=label, ylim=limits, xticks=x)
        fitted, of = one["n"]
        column[0].set_title(f"{TITLES[study]}\n{fitted} of {of} people fitted")
        worth(column[3], one["criterion"])
    axes[0, 0].legend(loc="upper left", fontsize=7)
    axes[3, 1].legend(loc=(0.4, 0.28), fontsize=7)
    return fig


NAMES = ("mixture,\neach set size", "with swaps,\neach set size", "key-value", "key-value,\nfixed gain, rest")


def worth(ax, criterion):
    """AICc of each model minus that of the best."""
    told = paired(criterion, rng=np.random.default_rng(0))
    plot.differences(ax, NAMES, told.difference, told.interval)
    ax.set_xlabel("AICc minus that of the best model")


if __name__ == "__main__":
    script.figure(__file__)
