"""
Fit models to people
====================

Fit two models of recall to each person, see how far the searches agree, then fit a model of your own by the same call.
"""

# %%
# People
# ------
# Data are units (here lists) with the person and the session that each is of. These people are simulated by the model
# `cmr`, so that the true values are known: they differ in how far a recalled word moves the context, `b_rec`.

import numpy as np

from neuromem.core import cell_rng
from neuromem.likelihood import Observed
from neuromem.recall.cmr import cmr
from neuromem.recall.lists import recall_lists, to_simulate

b_rec = {1: 0.4, 2: 0.9}
lists = to_simulate(12, 40)
recall = [cmr().recalls(lists, {"b_rec": b}, rng=cell_rng(0, "fitting", person)) for person, b in b_rec.items()]
person = np.repeat(list(b_rec), 40)
observed = Observed(recall_lists(np.concatenate(recall), 12), person, np.zeros(80, int), "list")
print(cmr().log_likelihood(observed.data, {"b_rec": 0.9})[:3].round(2))

# %%
# A likelihood is exact: one number for each list, the sum over its recalls and its end. Values may also be arrays, many
# vectors of parameters at once, which is what makes a search fast.
#
# Fit
# ---
# Each start of the search is a differential evolution of whole generations, then polished by a bounded quasi-Newton
# step. Held at a value, a parameter is not fitted; `quick` is a first look.

from neuromem.fit.fit import fit
from neuromem.recall.variants import VARIANTS

models = {"cmr": cmr(), "power_choice": VARIANTS["power_choice"]}
fits = fit(models, observed, fixed={"x2": 0.3, "p2": 1.23}, effort="quick")
print(fits.value.sel(model="cmr", parameter=["b_enc", "b_rec"]).to_pandas().round(2))
print(fits.log_likelihood.sum("list").to_pandas().round(1))

# %%
# How far can it be trusted?
# --------------------------
# `agreement` counts the starts that came within 0.1 of the best, `spread` says by how much the worst missed it, and
# `at_bound` flags a value on a bound of its search. Where starts disagree, take `effort="careful"`.

print(fits.agreement.to_pandas())
print(fits.spread.to_pandas().round(3))
print(fits.at_bound.sum(("subject", "parameter")).to_pandas())

# %%
# A model of your own
# -------------------
# Anything with a table of parameters and a likelihood for each unit can be fitted. The core knows nothing of lists.

from dataclasses import dataclass

from neuromem.likelihood import LikelihoodModel, probability


@dataclass(frozen=True)
class Tosses:
    heads: np.ndarray

    def __len__(self):
        return len(self.heads)

    def take(self, chosen):
        return Tosses(self.heads[chosen])


class Coin(LikelihoodModel):
    """Shows heads with one probability."""

    @property
    def parameters(self):
        return (probability("p", 0.5, "of heads"),)

    def log_likelihood(self, data, values=None):
        p = np.asarray(self.complete(values)["p"])[..., None]  # a number, or a vector of them
        p = np.clip(p, 1e-9, 1 - 1e-9)
        return np.where(data.heads, np.log(p), np.log1p(-p))

    def simulate(self, data, values=None, *, rng):
        return Tosses(rng.random(len(data)) < self.complete(values)["p"])


tosses = Observed(Tosses(np.array([True, True, False, True])), np.zeros(4, int), np.zeros(4, int), "toss")
print(fit({"coin": Coin()}, tosses).value.round(3).item())

# %%
# From the command line
# ---------------------
# .. code-block:: console
#
#    $ neuromem list behaviour
#    $ neuromem fit cmr,cmr_category morton2013 --workers 8 --out fits.nc
#    $ neuromem fit cmr my_lists.csv --fix x2=0.3 --bounds p1=0:2 --effort careful
#
# A table of your own has one row per event: subject, list, trial_type (study or recall), position, item; a column
# `session` of lists and a column `category` of studied words are kept. A fit that was stopped goes on where it stood,
# with the same command; the result does not depend on the number of workers. From Python, the lists of a data set are
# `neuromem.recall.family.DATA["morton2013"]()`; a script that asks for `workers` calls `fit` below
# `if __name__ == "__main__":`, for each worker reads the script.
