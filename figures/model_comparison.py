"""Model comparison: which key-value assumptions explain free recall

Models that differ from CMR, a key-value memory whose addresses are a context that items move, in one thing each: where
addresses come from (a context that moves by itself, phases of grids, positions in the list), how items are bound to
them (slots, error correction) and when recall ends. Left and middle: AICc of each person's fits on Morton et al. (2013)
and PEERS, and whom each model describes. Right: Murdock's lists, on which people had one length each; one set of
parameters is fitted to all people at one rate but those of one length, and predicts these.

So few people as stand above the panels, with every second list of Morton et al. and every twentieth of Murdock's, say
little about people; `neuromem compare` fits all of them to more models, and the page Model comparison holds what comes
of it.

Morton, Kahana, Rosenberg, Baltuch, Litt, Sharan, Sperling & Polyn (2013), Cerebral Cortex 23:2407; Healey & Kahana
(2014), Journal of Experimental Psychology: General 143:575; Murdock (1962), Journal of Experimental Psychology 64:482.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from neuromem import comparison_page, plot, script
from neuromem.fit.contest import contest, prediction
from neuromem.fit.fit import fit
from neuromem.recall import family

REFERENCE = "Murdock (1962), Journal of Experimental Psychology 64:482; Morton et al. (2013), Cerebral Cortex 23:2407"
PARADIGMS = ()
DATA = ("morton2013", "peers_notask", "murdock1962")
PUBLISHED = {}
PEOPLE = {"morton2013": "Morton et al. (2013)", "peers_notask": "PEERS"}
EVERY = {"morton2013": 2, "peers_notask": 1, "murdock1962_1s": 5}  # one in so many of each person's lists
MODELS = (
    "cmr",
    "random_drift",
    "grid_phase",
    "position_code",
    "delta_storage",
    "slots",
    "support_stop",
    "failure_stop",
)
ENDS = ("cmr", "support_stop", "failure_stop_4")  # on lists of several lengths: they differ in when recall ends


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """The comparison on each data set, and what is predicted of the lengths that were held back."""
    search = partial(fit, effort="quick", seed=seed, workers=workers, progress=progress)
    models = {name: family.MODELS[name] for name in MODELS}
    results = {name: contest(models, some(name, n_subjects or 2), fit=search, seed=seed).comparison for name in PEOPLE}
    ends, lists = {name: family.MODELS[name] for name in ENDS}, some("murdock1962_1s")
    held = contest(ends, lists, fit=search, by="length", together=True, seed=seed)
    predicted = prediction(ends, held, lists, family.curves, seed=seed)
    return results | {"held": held.comparison, "predicted": predicted, "people": family.curves(lists)}


def some(name, n_subjects=None):
    """Lists, one in so many, of the first people; not those with which sessions begin, which have fewer before them."""
    observed, every = family.DATA[name](), EVERY[name]
    observed = observed.take(np.isin(observed.subject, observed.subjects()[:n_subjects]))
    return observed.take(np.arange(every // 2, len(observed), every))


def rows(results):
    return {}


def draw(results):
    fig, axes = plot.figure(2, 3, size=(13.5, 7.4))
    for (name, title), column in zip(PEOPLE.items(), axes.T, strict=False):
        n = results[name].sizes["subject"]
        comparison_page.draw_ranking(column[0], results[name])
        comparison_page.draw_share(column[1], results[name])
        column[0].set_title(f"{title}: {n} {'people' if n > 1 else 'person'}")
        column[1].set_yticks(*ticks(results[name]))
    comparison_page.draw_ranking(axes[0, 2], results["held"])
    axes[0, 2].set_title(f"Murdock (1962): {results['held'].sizes['subject']} people, lengths held back")
    words(axes[1, 2], results)
    return fig


def ticks(compared):
    """Where the names of models stand."""
    return np.arange(compared.sizes["model"]), [str(name).replace("_", " ") for name in compared.model.values]


def words(ax, results):
    """Words recalled of each length, as people did and as predicted from the other lengths."""
    length = results["people"].list_length.values
    for i, name in enumerate(results["predicted"].model.values):
        words = results["predicted"].n_recalled.sel(model=name).transpose("subject", "list_length").values
        plot.line(ax, length, words, label=f"{str(name).replace('_', ' ')}, from other lengths", **plot.look(i))
    plot.points(ax, length, results["people"].n_recalled.values, label="people")
    ax.set(xlabel="words in the list", ylabel="words recalled", xticks=length, ylim=(0, None))
    ax.set_title("Murdock (1962), 1 s a word")
    ax.legend(loc="lower right")


if __name__ == "__main__":
    script.figure(__file__)
