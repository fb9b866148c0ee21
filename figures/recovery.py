"""Recovery: do fits find the values, and the models, with which recall was simulated?

Left, the nine free parameters of CMR: each dot is a simulated person with 48 lists of 24 words, whose values were drawn
evenly within one logit of those of people (means of Morton et al. 2013 as fitted; a logit takes .5 to .27 or .73). What
is said of the first items trades off: how strongly they are learned (p1), how fast that advantage is lost (p2), and how
far the start of the list comes back (b_start). Diamonds are fits at a bound.

Right, key-value variants that differ in one thing each: of the people whom each model simulated, the share that each
model wins by AICc. Where a row is not all on the diagonal, such data do not tell the models apart.

This is a small version with quick searches. `neuromem recover` makes larger ones, of any model and any data's design;
the page on recovery holds the numbers of one.

Wilson & Collins (2019), "Ten simple rules for the computational modeling of behavioral data", eLife 8:e49547.
"""

from __future__ import annotations

from functools import partial

from neuromem import recovery_page, script
from neuromem.fit.fit import fit
from neuromem.fit.model_recovery import model_recovery
from neuromem.fit.recovery import recovery
from neuromem.fit.simulated import around_defaults
from neuromem.recall import family

REFERENCE = "Wilson & Collins (2019), eLife 8:e49547"
PARADIGMS = ()
DATA = ("morton2013",)
PUBLISHED = {}
MODELS = ("cmr", "random_drift", "position_code", "support_stop")
N_SUBJECTS = 12
SHARE = 5  # simulated people of CMR for each of every model in the matrix


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """Simulated people of CMR, and a fifth as many of each model; `progress` counts fits."""
    n = max(2, n_subjects or N_SUBJECTS)
    each = max(2, n // SHARE)
    people, models = family.DATA["morton2013"](), {name: family.MODELS[name] for name in MODELS}
    total = n + len(models) ** 2 * each

    def fitted(before):
        told = (lambda done, of: progress(before + done, total)) if progress else None
        return partial(fit, effort="quick", seed=seed, workers=workers, progress=told)

    values = around_defaults(models["cmr"], n, seed=seed, stream=("recovery", "cmr"))
    drawn = {m: around_defaults(one, each, seed=seed, stream=("model_recovery", m)) for m, one in models.items()}
    return {
        "parameters": recovery(models["cmr"], values, people, fit=fitted(0), name="cmr", seed=seed),
        "models": model_recovery(models, drawn, people, fit=fitted(n), seed=seed),
    }


def rows(results):
    return {}


def draw(results):
    return recovery_page.draw(results["parameters"], results["models"])


if __name__ == "__main__":
    script.figure(__file__)
