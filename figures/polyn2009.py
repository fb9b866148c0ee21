"""Polyn et al. (2009): recall by task, of people and of three models fitted to them

Lists of 24 words judged for size or for animacy: control lists with one task, task-shift lists in which it changes.
Points are the archived data, 45 people. Lines are models of the same lists: CMR; CMR with a layer of context for the
task; CMR with that layer and a disruption of the items' context by each change of task. Their parameters are the
maximum of the likelihood of every fifth list of all people together, one set for all, found by `neuromem.fit.search`
(`POOLED`); what is drawn are lists that the models recall, with the tasks of people's own.

All three choose the word and end recall by the rules of Morton & Polyn (2016), not by the leaky accumulators of the
paper, and none has intrusions or repeats. They end by output position, and so cannot recall fewer words of task-shift
lists than of control lists. Measures of task-shift lists stand beside those of control lists that were given the same
labels, as in the paradigm `task_context`. No number of the paper is in the ledger: its figures print none, and the
archive's own means are not those of the paper.

Polyn, Norman & Kahana (2009), Psychological Review 116:129.
"""

from __future__ import annotations

import numpy as np

from neuromem import paradigm, plot, registry, script
from neuromem.core import cell_rng
from neuromem.data import load
from neuromem.data.free_recall import PADDING
from neuromem.measures.lag_crp import lag_crp
from neuromem.measures.serial_position import serial_position
from neuromem.recall.cmr import cmr
from neuromem.recall.scheduled_cmr import cmr_source
from neuromem.recall.schedules import scheduled_dataset

REFERENCE = "Polyn, Norman & Kahana (2009), Psychological Review 116:129"
PARADIGMS = ("task_context",)
DATA = ("polyn2009",)
PUBLISHED = {}
MODELS = {
    "CMR": cmr(),
    "with a task layer": cmr_source(disruption=False),
    "with layer and disruption": cmr_source(),
}
SHARED = {"x1": 0.014, "x2": 0.1938}
POOLED = {
    "CMR": SHARED
    | {"b_enc": 0.7253, "b_start": 0.9402, "b_rec": 0.8262, "l_fc": 0.1234, "l_cf": 0.1549, "p1": 0.1055, "p2": 0.4388},
    "with a task layer": SHARED
    | {"b_enc": 0.6931, "b_start": 0.9300, "b_rec": 0.8383, "l_fc": 0.1192, "l_cf": 0.1512, "p1": 0.1040, "p2": 0.5019}
    | {"b_task": 0.9997, "b_task_rec": 0.4773, "w_task": 0.1583},
    "with layer and disruption": SHARED
    | {"b_enc": 0.6821, "b_start": 0.9274, "b_rec": 0.8308, "l_fc": 0.1190, "l_cf": 0.1522, "p1": 0.1074, "p2": 0.4910}
    | {"b_task": 0.9863, "b_task_rec": 0.9302, "w_task": 0.1084, "b_shift": 0.6470},
}
N_COPIES = 3  # simulated lists for each of a person's


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """Measures and curves of people and of each model's lists of the same design."""
    module = paradigm.load(registry.find("paradigms", "task_context"))
    people = load("polyn2009")
    people = people.isel(list=np.isin(people.subject, np.unique(people.subject)[:n_subjects]))
    results = {"people": measured(module, people)}
    lists = scheduled_dataset(people, layers=("task",))
    many = lists.take(np.repeat(np.arange(len(lists)), N_COPIES))
    for name, model in MODELS.items():
        recall = model.recalls(many, POOLED[name], rng=cell_rng(seed, "polyn2009", name))
        said = np.pad(recall, [(0, 0), (0, people.sizes["output"] - recall.shape[1])], constant_values=PADDING)
        copied = people.isel(list=np.repeat(np.arange(len(lists)), N_COPIES))
        results[name] = measured(module, copied.assign(recall=(("list", "output"), said)))
    return results


def measured(module, lists):
    """What the paradigm measures, with serial position curves and lag-CRPs of each condition."""
    import xarray as xr

    trials = module.trials_of(lists)
    told = module.measure(trials)
    for name, function in (("recalled", serial_position), ("lag_crp", lag_crp)):
        curves = [function(lists.isel(list=lists.condition.values == c)) for c in module.CONDITIONS]
        told[name] = xr.concat(curves, xr.DataArray(list(module.CONDITIONS), dims="condition", name="condition"))
    return told


def rows(results):
    return {}


def draw(results):
    fig, axes = plot.figure(2, 3, size=(10.5, 6.0))
    people = results["people"]
    for i, name in enumerate(MODELS):
        look = {"color": plot.COLORS[i], "style": plot.STYLES[i]}
        one = results[name]
        for ax, condition in zip(axes[0, :2], ("control", "task shift"), strict=True):
            y = one.recalled.sel(condition=condition).transpose("subject", ...)
            plot.line(ax, np.arange(1, 25), y, label=name, **look)
        lags = one.lag_crp.sel(condition="task shift", lag=slice(-5, 5)).transpose("subject", ...)
        plot.line(axes[0, 2], lags.lag, lags, label=name, **look)
        for ax, variable in zip(axes[1], ("same_task", "remote", "parted"), strict=True):
            plot.line(ax, [0, 1], of(one, variable), label=name, **look)
    for ax, condition in zip(axes[0, :2], ("control", "task shift"), strict=True):
        y = people.recalled.sel(condition=condition).transpose("subject", ...)
        plot.points(ax, np.arange(1, 25), y, label="people")
        ax.set(title=f"{condition} lists", xlabel="serial position", ylabel="probability of recall", ylim=(0, 1))
    lags = people.lag_crp.sel(condition="task shift", lag=slice(-5, 5)).transpose("subject", ...)
    plot.points(axes[0, 2], lags.lag, lags, label="people")
    axes[0, 2].set(title="task shift lists", xlabel="lag (study positions)", ylabel="cond. response probability")
    labels = "staying in the task", "same task, beyond the next trains", "neighbours: same train - across"
    for ax, variable, label in zip(axes[1], ("same_task", "remote", "parted"), labels, strict=True):
        plot.points(ax, [0, 1], of(people, variable), label="people")
        ax.set(ylabel=label, xlim=(-0.3, 1.3))
        ax.set_xticks([0, 1], ["control,\nsame labels", "task shift"])
    axes[0, 0].legend(loc="lower left", fontsize=7)
    return fig


def of(measures, name):
    """A measure by subject and condition; `parted`: neighbours of one train less those across a shift."""
    return measures.within - measures.across if name == "parted" else measures[name]


if __name__ == "__main__":
    script.figure(__file__)
