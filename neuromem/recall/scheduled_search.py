"""Search by context among words that come again, or that come under tasks: context in layers, study by schedule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recall.layered_study import StudyValues, empty_geometry, study
from neuromem.recall.lists import RecallLists, to_simulate
from neuromem.recall.scaffolds import ItemDriven
from neuromem.recall.schedules import ScheduledLists, scheduled_lists
from neuromem.recall.search import Search, Sight
from neuromem.recall.storage import Hebbian
from neuromem.recall.vectors import for_each
from neuromem.recall.walk import WIDE

SHIFT = probability("b_shift", 0.3, "how far a change of label moves the items' context")


@dataclass(frozen=True)
class ScheduledSearch(Search):
    r"""Items bound to a drifting context at each of their presentations, and to what further layers held then.

    .. math:: f = m\, c + \sum_x n^x t^x

    ``c`` (unit) the items' context and ``t`` (unit) that of each of `layers`, each moving by itself; ``m`` and ``n``
    (item, unit) what items answer to, summed over presentations (`neuromem.recall.layered_study`). For each layer x
    there are parameters `b_x` and `b_x_rec`, how far a label moves it at study and what it held comes back at recall,
    and `w_x`, its weight in support. With `disruption`, a change of label disrupts the items' context by `b_shift`.
    With one presentation of each word and no layers it is `ContextSearch`.
    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129; Siegel & Kahana (2014), JEP: Learning, Memory and
    Cognition 40:755. Defaults of layers and of `b_shift` are ours.
    Known limit: words have no labels of their own before study; a layer always brings back all it held.
    """

    layers: tuple[str, ...] = ()
    disruption: bool = False

    def __post_init__(self):
        checks.part("layers", self.layers, tuple)
        if self.disruption and not self.layers:
            raise ValueError("disruption needs layers, whose labels change; saw none: name one, such as task.")

    @property
    def parameters(self):
        layers = [parameter for name in self.layers for parameter in _of_layer(name)]
        return (*ItemDriven().parameters, *Hebbian().parameters, *layers, *([SHIFT] if self.disruption else []))

    def size(self, lists):
        return 2 * (1 + len(self.layers)) * int((_scheduled(lists).layouts.value ** 2).sum())

    def laid_out(self, lists, values, n_vectors):
        lists = _scheduled(lists)
        layouts = lists.layouts
        label, presented = lists.labels(self.layers)[layouts.first], lists.presented[layouts.first]
        one = {name: for_each(value, n_vectors, 0) for name, value in values.items()}
        shift = one["b_shift"] if self.disruption else np.zeros(n_vectors)
        b, b_rec, weight = (
            np.ascontiguousarray(np.stack([one[form.format(name)] for name in self.layers], -1))
            if self.layers
            else np.zeros((n_vectors, 0))
            for form in ("b_{}", "b_{}_rec", "w_{}")
        )
        n_most = -(-int(layouts.value.max()) // WIDE) * WIDE
        geometry = empty_geometry((n_vectors, len(presented), len(self.layers), n_most), one["b_rec"], b_rec)
        held = StudyValues(*(one[name] for name in StudyValues._fields[:6]), shift, b, weight)
        study(presented, label, layouts.value, held, geometry)
        return layouts.row, geometry

    def sight(self, n_items, values):
        """Of a list in which each word comes once, under nothing."""
        n_vectors = max(np.size(value) for value in values.values())
        _, geometry = self.laid_out(to_simulate(n_items, 1), values, n_vectors)
        return Sight(
            geometry.support[:, 0, :n_items],
            geometry.match[:, 0, :n_items],
            geometry.support_after[:, 0, :n_items, :n_items],
            geometry.match_after[:, 0, :n_items, :n_items],
            geometry.b,
        )


def _of_layer(name: str) -> tuple[Parameter, ...]:
    return (
        probability(f"b_{name}", 0.5, f"how far the {name} of a word moves its layer at study"),
        probability(f"b_{name}_rec", 0.5, f"how far the {name} of a recalled word comes back"),
        Parameter(f"w_{name}", 0.5, 0.0, 2.0, "1", f"weight of the layer of {name} in support"),
    )


def _scheduled(lists: RecallLists) -> ScheduledLists:
    """The lists as they are, or each of their words presented once."""
    if isinstance(lists, ScheduledLists):
        return lists
    position = np.arange(lists.n_items.max())
    return scheduled_lists(lists.recall, np.where(position < lists.n_items[:, None], position, -1))
