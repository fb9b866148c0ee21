"""Accessibility or precision: what colours and places, frequent and rare words, and seconds of waiting change

Two experiments on long-term memory with two conditions each (left), and two on pitch after 0.5 to 10 s (right). Above,
four models of each: nothing differs between conditions (or intervals), or accessibility, or precision, or both; AICc
minus that of the best, mean over people with its 95 % interval (bias-corrected bootstrap). Below, people and what the
models make of them. Of one object the place is remembered more precisely than the colour, and nearly as often: one key,
two values. Frequent and rare words are so alike that neither difference pays for its parameters in single people. Pitch
is forgotten by noise that grows; lost traces add a little in the second experiment, which has larger changes and can
show them.

In the key-value terms of this package accessibility is whether the key is found, and precision the noise of the value
(`neuromem.precision`). A lost trace lowers the right answers to the largest changes, growing noise hardly does
(`neuromem.forced_choice`). No number is printed in a ledger: the papers fit group models, whose numbers are of another
kind. Few people are fitted, as each panel says.

Ladyka-Wojcik, Schmidt, Cooper & Ritchey (objects, EEG study); Popov, So & Reder (words, experiment 1); Mathias,
Varghese, Micheyl & Shinn-Cunningham (2021), Journal of the Acoustical Society of America 149:259.
"""

from __future__ import annotations

import numpy as np

from neuromem import plot, script
from neuromem.fit.comparison import comparison
from neuromem.fit.fit import fit
from neuromem.fit.predictive import predicted
from neuromem.fit.search import Effort
from neuromem.forced_choice import family as forced_choice
from neuromem.precision import family as precision

REFERENCE = "Mathias, Varghese, Micheyl & Shinn-Cunningham (2021), J. Acoust. Soc. Am. 149:259"
PARADIGMS = ()
DATA = ("ltm_precision_orbit", "source_location_popov2021", "pitch_forgetting_mathias2021")
PUBLISHED = {}
STUDIES = {  # family, title, people who are fitted
    "ltm_precision_orbit_eeg": (precision, "Colours and places of objects", 12),
    "source_location_popov2021": (precision, "Places of frequent and rare words", 12),
    "pitch_forgetting_mathias2021": (forced_choice, "Pitch, experiment 1", 8),
    "pitch_forgetting_mathias2021_exp2": (forced_choice, "Pitch, experiment 2", 7),
}
REPORT = {
    "mixture": "nothing differs",
    "accessibility_by_condition": "accessibility differs",
    "precision_by_condition": "precision differs",
    "mixture_by_condition": "both differ",
}
PITCH = {
    "no_forgetting": "no forgetting",
    "traces_end": "traces end",
    "noise_grows": "noise grows",
    "both": "both",
}
EFFORT = Effort(starts=1, population=5, tolerance=1e-2)
NAMES = {"HF": "frequent", "LF": "rare"}


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """Fits of four models to each study, their comparison, and the curves of people and models for pitch."""
    results = {}
    for done, (name, (family, _, n)) in enumerate(STUDIES.items(), 1):
        results[name] = of_study(family, family.DATA[name](), n_subjects or n, seed, workers)
        if progress:
            progress(done, len(STUDIES))
    return results


def of_study(family, everyone, n_subjects, seed, workers):
    observed = everyone.take(np.isin(everyone.subject, everyone.subjects()[:n_subjects]))
    models = {name: family.MODELS[name] for name in (PITCH if family is forced_choice else REPORT)}
    fits = fit(models, observed, effort=EFFORT, seed=seed, workers=workers)
    results = {"fits": fits, "comparison": comparison(fits), "n": (n_subjects, len(everyone.subjects()))}
    if family is forced_choice:
        some = {name: models[name] for name in ("traces_end", "noise_grows")}
        results["model"] = predicted(some, fits, observed, family.curves, seed=seed)
        results["people"] = family.curves(observed)
    return results


def rows(results):
    return {}


def draw(results):
    fig, axes = plot.figure(2, 4, size=(13.6, 6.2))
    for (name, (family, title, _)), column in zip(STUDIES.items(), axes.T, strict=True):
        one = results[name]
        fitted, of = one["n"]
        column[0].set_title(f"{title}\n{fitted} of {of} people fitted")
        worth(column[0], one["comparison"], PITCH if family is forced_choice else REPORT)
        if family is forced_choice:
            forgetting(column[1], one)
        else:
            conditions(column[1], one["fits"])
    axes[0, 0].legend(loc="lower right", fontsize=7)
    axes[1, 0].legend(loc="upper left", fontsize=7)
    axes[1, 2].set_ylim(0.5, None)
    axes[1, 2].legend(loc="lower left", fontsize=7)
    return fig


def worth(ax, told, names):
    """AICc of each model minus that of the best."""
    told = told.sel(model=list(names))
    difference = told.difference.transpose("subject", "model")
    plot.differences(ax, list(names.values()), difference, told.interval.sel(bound=["low", "high"]))
    ax.set_xlabel("AICc minus that of the best model")


def conditions(ax, fits):
    """Guesses against spread in each condition, by the model in which both differ: people and their means."""
    value = fits.value.sel(model="mixture_by_condition")
    names = [str(p).removeprefix("guess_") for p in value.parameter.values if str(p).startswith("guess_")]
    for i, name in enumerate(names):
        memory = 1 - value.sel(parameter=f"guess_{name}").values
        sharp = np.sqrt(value.sel(parameter=f"precision_{name}").values)
        told = {"color": plot.COLORS[i], "marker": plot.MARKERS[i]}
        plot.scatter(ax, memory, sharp, size=9, **told)
        label = f"{NAMES.get(name, name)}, mean"
        ax.plot(memory.mean(), sharp.mean(), told["marker"], ms=9, mec="black", color=told["color"], label=label)
    ax.set(xlabel="accessibility (probability)", ylabel="precision (root of concentration, 1 / rad)", xlim=(0, 1))
    ax.set_ylim(0, None)
    ax.legend(loc="upper left", fontsize=7)


def forgetting(ax, one):
    """Right answers by interval, to all changes and to the largest."""
    people, x = one["people"], one["people"].interval
    for part, marker, label in (("largest", "s", "largest change"), ("correct", "o", "all changes")):
        plot.points(ax, x, people[part].transpose("subject", "interval"), label=f"people, {label}", marker=marker)
        for model, color, style in (("traces_end", plot.COLORS[0], "--"), ("noise_grows", plot.COLORS[1], "-")):
            made = one["model"][part].sel(model=model).transpose("subject", "interval").mean("subject")
            told = PITCH[model] if part == "largest" else None
            ax.plot(x, made, style, color=color, label=told)
    ax.set(xlabel="interval (s)", ylabel="right answers", xticks=x)
    ax.set_ylim(None, 1.03)


if __name__ == "__main__":
    script.figure(__file__)
