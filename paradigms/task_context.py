"""Task context: words that were judged in the same task are recalled together, also from one train to another

Words are studied under one of two tasks. In control lists the task stays; in task-shift lists it changes after two to
six words, so that the list falls into trains. Recall clusters by task in task-shift lists. Two things that retrieved
context alone cannot do show in it:

- among words beyond the next trains, recall goes on to those of the same task (`returns_to_the_task`): it takes a layer
  of context that holds the task, to which the words are bound;
- neighbours follow one another less where a shift lies between them (`a_shift_parts_neighbours`): a task layer or a
  disruption of the items' context by each shift, or both.

Both are differences to control lists measured with the labels of the task-shift lists, in which they mean nothing:
what contiguity alone does to trains is taken out. A memory with neither (`retrieved_context`) shows none of it; one
whose context is disrupted by shifts but has no task layer (`disruption_alone`) clusters in trains, and has no reason to
return to the task from afar. The intervals begin where the noise of simulated subjects ends; people's own return to the
task, .028 on average, lies at that edge. That task-shift lists give fewer words, as the archive shows, is not claimed.

Polyn, Norman & Kahana (2009), Psychological Review 116:129.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr

from neuromem import checks, script
from neuromem import plot as draw
from neuromem.data import load
from neuromem.data.conditions import by_subject
from neuromem.effects import Effect
from neuromem.measures.n_recalled import n_recalled
from neuromem.measures.task_transitions import task_transitions
from neuromem.models.context_layers import Layer
from neuromem.models.free_recall import free_recall, wide
from neuromem.models.immediate_recall import LIKE_PEOPLE
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.settings import setting

REFERENCE = "Polyn, Norman & Kahana (2009), Psychological Review 116:129"
DIMS = {
    "condition": ("condition",),
    "task": ("list", "position"),
    "recall": ("condition", "list", "output"),
}
LABELS = {
    "condition": ("whether the task changes within the list", "1"),
    "task": ("task of each word of a task-shift list, by which control lists are measured, too", "1"),
    "recall": ("study position from 0 of each recalled word, -2 for an intrusion, -1 after the last", "1"),
}
CONDITIONS = ("control", "task shift")
N_TASKS = 2


@dataclass(frozen=True, kw_only=True)
class Design:
    n_words: int = setting(24, unit="words", about="in each list")
    trains: tuple[int, ...] = setting((2, 3, 4, 5, 6), unit="words", about="how long a task lasts, each as likely")
    n_lists: int = setting(40, unit="lists", about="of each condition, for each subject")
    dataset: Literal["polyn2009", "none"] = setting("polyn2009", about="the people in the picture")

    def __post_init__(self):
        checks.whole("n_words", self.n_words, 2)
        checks.whole("n_lists", self.n_lists, 1, 10**6)
        if not self.trains:
            raise ValueError("trains is empty; pass how many words a task lasts, such as 2,3,4.")
        for length in self.trains:
            checks.whole("trains", length, 1)

    @classmethod
    def quick(cls):
        return cls(n_lists=40)


# Chosen to resemble people in other lists; task layer and disruption by hand, not fitted.
NEITHER = replace(LIKE_PEOPLE["retrieved_context"], b_distract=0.0)
TASK = Layer(width=N_TASKS + 1, b_enc=0.7, b_rec=0.7, weight=0.5)
MEMORIES = {
    "task_layer_and_disruption": replace(NEITHER, layers=(TASK,), b_distract=0.6),
    "task_layer": replace(NEITHER, layers=(TASK,)),
    "disruption_alone": replace(NEITHER, b_distract=0.85),
    "retrieved_context": NEITHER,
}
N_SUBJECTS = 20


def prepare(design, memory):
    """The memory as it is; only one that searches by context, with at most one further layer, can be used."""
    if not isinstance(memory, RetrievedContext) or [layer.width for layer in memory.layers] not in ([], [N_TASKS + 1]):
        known, seen = ", ".join(MEMORIES), type(memory).__name__
        raise NotImplementedError(f"task_context needs a memory that searches by context; saw {seen}: use {known}.")
    return memory


def simulate(design, memory, *, rng):
    """Task-shift lists of trains of words, and as many control lists of one task, as batches."""
    shifting = np.array([task_of(design, rng) for _ in range(design.n_lists)])
    single = np.broadcast_to(rng.integers(N_TASKS, size=(design.n_lists, 1)), shifting.shape)
    recall = [wide(recalled(memory, task, rng.spawn(design.n_lists)), design.n_words) for task in (single, shifting)]
    return {"condition": np.array(CONDITIONS), "task": shifting, "recall": np.stack(recall)}


def task_of(design, rng):
    """The task (position) of each word: trains of random length, the tasks in turn."""
    trains = rng.choice(design.trains, design.n_words)
    return ((np.repeat(np.arange(len(trains)), trains) + rng.integers(N_TASKS)) % N_TASKS)[: design.n_words]


def recalled(memory, task, streams):
    """The positions (list, output) recalled; words and shifts of task have a context unit each, tasks one of theirs."""
    n = task.shape[1]
    d_task = N_TASKS + 1 if memory.layers else 0
    unit, none = np.eye(2 * n + 1), np.zeros((len(task), 1))
    shifted = np.diff(task, axis=1, prepend=task[:, :1]) != 0
    tasks = np.eye(N_TASKS, d_task)[task]
    state = memory.init(n, 2 * n + 1 + d_task, 1, rng=streams)
    for i in range(n):
        distraction = np.where(shifted[:, i, None], unit[n + i], 0.0)
        state = memory.distract(state, np.pad(distraction, [(0, 0), (0, d_task)]))
        key = np.concatenate([np.broadcast_to(unit[i], (len(task), 2 * n + 1)), tasks[:, i]], -1)
        state = memory.write(state, key[:, None], none[:, None] + i, rng=streams)
    return free_recall(memory, memory.begin_recall(state), rng=streams)[1]


def measure(trials):
    """Clustering by task and words recalled, by condition; control lists with the labels of every task-shift list."""
    recall = trials.recall.transpose("subject", "condition", "list", "output").values
    task = trials.task.transpose(..., "list", "position").values
    task = np.broadcast_to(task, (len(recall), *task.shape[-2:]))
    rows = [[one(said[c], labels, c == 0) for c in range(2)] for said, labels in zip(recall, task, strict=True)]
    table = {name: np.array([[row[c][name] for c in range(2)] for row in rows]) for name in MEASURES}
    dims = "subject", "condition"
    named = {name: (dims, table[name], {"long_name": text, "units": unit}) for name, (text, unit) in MEASURES.items()}
    return xr.Dataset(named, coords={"condition": trials.condition.values})


MEASURES = {
    "same_task": ("probability of staying in the task", "1"),
    "remote": ("same task, of transitions beyond the next trains", "1"),
    "within": ("probability of a neighbour of the same train", "1"),
    "across": ("probability of a neighbour across a shift", "1"),
    "n_recalled": ("words recalled a list", "words"),
}
MISSING = -3  # a list that a subject did not have


def one(recall, task, yoked):
    """The measures of one subject's lists (list, output); yoked: with the labels of each list (list, position)."""
    there, labels = recall[(recall > MISSING).any(-1)], task[(task >= 0).all(-1)]
    number = n_recalled(there, task.shape[-1]).mean()
    if yoked:
        there, labels = np.repeat(there, len(labels), 0), np.tile(labels, (len(there), 1))
    return task_transitions(there, labels)._asdict() | {"n_recalled": number}


def data(design):
    """The lists of people in the format of the trials."""
    return None if design.dataset == "none" else trials_of(load(design.dataset))


def trials_of(people):
    """The lists of a free-recall Dataset with tasks as trials; subjects have not equally many lists."""
    kind = np.where(people.condition.values == CONDITIONS[1], CONDITIONS[1], CONDITIONS[0])
    of = people.subject.values, kind, CONDITIONS
    coded = (people.task.values == people.task.values[0, 0]).astype(int)
    recall = by_subject(people.recall.values.astype(np.int32), *of, missing=MISSING)
    task = by_subject(coded, *of, missing=-1)[:, 1]
    dims = {"recall": (("subject", *DIMS["recall"]), recall), "task": (("subject", *DIMS["task"]), task)}
    return xr.Dataset(dims, coords={"condition": list(CONDITIONS)})


def beyond_control(value):
    """A measure of task-shift lists less that of control lists with the same labels."""

    def statistic(measured):
        x = value(measured)
        return x.sel(condition=CONDITIONS[1]) - x.sel(condition=CONDITIONS[0])

    return statistic


EFFECTS = {
    "clusters_by_task": Effect(
        beyond_control(lambda m: m.same_task),
        0.03,
        1.0,
        f"order only: more than control lists with the same labels by .03; {REFERENCE}",
        fails_for=("retrieved_context",),
    ),
    "returns_to_the_task": Effect(
        beyond_control(lambda m: m.remote),
        0.03,
        1.0,
        f"order only: transitions beyond the next trains, more than control lists by .03; {REFERENCE}",
        fails_for=("retrieved_context", "disruption_alone"),
    ),
    "a_shift_parts_neighbours": Effect(
        beyond_control(lambda m: parted(m).parted),
        0.04,
        1.0,
        f"order only: neighbours of one train less those across a shift, beyond control lists by .04; {REFERENCE}",
        fails_for=("retrieved_context",),
    ),
}
COMPARED = True
PANELS = (2, 2)


def plot(measured, ax, data=None):
    panels = {"same_task": ax[0, 0], "remote": ax[0, 1], "parted": ax[1, 0], "n_recalled": ax[1, 1]}
    for i, (name, one) in enumerate(draw.each_memory(measured)):
        for variable, axis in panels.items():
            look = {"color": draw.COLORS[i % 7], "style": draw.STYLES[i % 4]}
            draw.line(axis, [0, 1], parted(one)[variable], label=name.replace("_", " "), **look)
    if data is not None:
        for variable, axis in panels.items():
            draw.points(axis, [0, 1], parted(data)[variable], label="people")
    labels = {
        "same_task": "staying in the task",
        "remote": "same task, beyond the next trains",
        "parted": "neighbours: same train - across",
        "n_recalled": "words recalled",
    }
    for variable, axis in panels.items():
        axis.set(ylabel=labels[variable], xlim=(-0.3, 1.3))
        axis.set_xticks([0, 1], ["control,\nsame labels" if variable != "n_recalled" else "control", "task shift"])
    ax[1, 1].set_ylim(0, None)
    ax[0, 0].legend(fontsize=7)


def parted(measured):
    """With neighbours of one train less those across a shift."""
    return measured.assign(parted=measured.within - measured.across)


if __name__ == "__main__":
    script.paradigm(__file__)
