"""Transitions by task: how recall moves among words that were studied in trains of one task and another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuromem.measures.lists import checked
from neuromem.measures.transitions import Transitions, complete, transitions


class TaskTransitions(NamedTuple):
    """Each a probability over all lists, NaN where nothing could have happened."""

    same_task: float  # of a transition to the same task, where a word of it was left
    remote: float  # of the same task, among transitions beyond the next trains, where both tasks were left there
    within: float  # of a neighbour (lag 1 or -1) in the same train, where it was left
    across: float  # of a neighbour in the next train, where it was left


def task_transitions(recall, task) -> TaskTransitions:
    """Probabilities of transitions within and between tasks and trains, over all lists together.

    `recall` (list, output) holds study positions from 0, -2 for an intrusion, -1 for padding; `task` (list, position)
    whole numbers from 0. A train is a run of words of one task. Transitions are as in `lag_crp`: an intrusion or a
    repeat breaks them. Raises ValueError for recalls that are no study positions and for tasks that are missing.

    >>> task_transitions([[0, 2, 3, 1]], [[0, 1, 0, 1]])
    TaskTransitions(same_task=1.0, remote=1.0, within=nan, across=0.3333333333333333)

    Source: Polyn, Norman & Kahana (2009), Psychological Review 116:129, ask the same questions; the counts are ours.
    Known limit: contiguity alone makes `same_task` large, and `remote` a little, for the nearest trains that count are
    of the same task; compare with lists without a change of task, given the same labels.
    """
    task = np.asarray(task)
    recall, n_items = checked(recall, task.shape[-1])
    complete("task", task, n_items)
    found = transitions(recall, n_items)
    train = np.cumsum(np.diff(task, axis=-1, prepend=task[:, :1]) != 0, -1)
    return TaskTransitions(*_of_tasks(found, task[found.list], train[found.list]), *_of_neighbours(found, train))


def _of_tasks(found: Transitions, task: np.ndarray, train: np.ndarray) -> tuple[float, float]:
    """`task` and `train` (transition, position)."""
    at = np.arange(len(found.start))
    same = task == task[at, found.start][:, None]
    far = np.abs(train - train[at, found.start][:, None]) >= 2
    stays, leaves = same[at, found.end], far[at, found.end]
    either = (found.open & same & far).any(-1) & (found.open & ~same & far).any(-1)
    return _share(stays, (found.open & same).any(-1)), _share(stays, leaves & either)


def _of_neighbours(found: Transitions, train: np.ndarray) -> tuple[float, float]:
    here, made, left = [], [], []
    for step in (-1, 1):
        there = found.start + step
        exists = (there >= 0) & (there < train.shape[1])
        there = np.where(exists, there, found.start)
        left.append(exists & found.open[np.arange(len(there)), there])
        made.append(found.end == there)
        here.append(train[found.list, there] == train[found.list, found.start])
    here, made, left = (np.concatenate(parts) for parts in (here, made, left))
    return _share(made, left & here), _share(made, left & ~here)


def _share(made: np.ndarray, possible: np.ndarray) -> float:
    return float(made[possible].mean()) if possible.any() else float("nan")
