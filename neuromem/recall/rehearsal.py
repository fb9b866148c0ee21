"""Rehearsal during study: words held in mind are stored again, in the contexts in which they are rehearsed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from neuromem import checks
from neuromem.likelihood import Parameter, probability
from neuromem.recall.slots import Slots
from neuromem.recall.storage import Hebbian, Storage
from neuromem.recall.vectors import along


@dataclass(frozen=True)
class WithRehearsal(Storage):
    r"""What a `storage` binds, and what rehearsal adds: each word once more in every context in which it is said.

    .. math:: M_i \leftarrow M_i + r \sum_{t \ge i} p_{ti}\, c_t, \qquad
              p_{ti} = \frac{h^{t - i}}{\sum_{k \le t} h^{t - k}}

    ``p_ti`` the probability that word i is the one rehearsed while word t is presented: as if each word stayed in mind
    from one presentation to the next with probability ``h`` (`held`), and one of those in mind were said. Words
    at the beginning are rehearsed most, for few are in mind. ``r`` = `rehearsal` is what one rehearsal stores.

    Approximation: rehearsal is its expectation, the same in each list, so that the likelihood stays as it is. What is
    rehearsed moves no context, and is not brought back any better for it. With r = 0 it is the `storage` alone.
    Source: Rundus (1971), J. Exp. Psychol. 89:63 (first words are rehearsed most, and recalled best for it); as further
    presentations in later contexts: Laming (2008), Cognit. Psychol. 57:179. Form and defaults are ours.
    """

    storage: Storage = field(default_factory=Hebbian)

    def __post_init__(self):
        checks.part("storage", self.storage, Storage)
        if isinstance(self.storage, Slots):
            raise ValueError("storage must be a matrix, for each rehearsal would fill a slot; saw Slots: use Hebbian.")

    @property
    def parameters(self):
        return (
            *self.storage.parameters,
            Parameter("rehearsal", 0.1, 0.0, 5.0, "1", "what one rehearsal stores"),
            probability("held", 0.9, "that a word stays in mind from one presentation to the next"),
        )

    def bind(self, studied, values):
        said = rehearsals(studied.own.shape[-2], values["held"])
        return self.storage.bind(studied, values) + along(values["rehearsal"], 2) * (said.mT @ studied.context)


def rehearsals(n_items: int, held: float | np.ndarray) -> np.ndarray:
    """The probability (..., presentation, item) that each word is rehearsed during each presentation.

    >>> rehearsals(3, 0.5).round(3)
    array([[1.   , 0.   , 0.   ],
           [0.333, 0.667, 0.   ],
           [0.143, 0.286, 0.571]])
    """
    item = np.arange(n_items)
    ago = item[:, None] - item
    weight = np.where(ago >= 0, along(held, 2) ** np.maximum(ago, 0), 0.0)
    return weight / weight.sum(-1, keepdims=True)
