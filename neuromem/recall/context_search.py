r"""Search by context: items stored under the contexts that a scaffold made, and recalled by the present one.

.. math:: M = \text{stored}(e, c), \qquad f = M q, \qquad q \leftarrow \rho q + B u_r

``e`` (item, unit) the code that each item has always had, ``c`` (item, unit) the contexts of study, ``q`` (unit) the
present context, ``u_r`` (unit) what recalled item r brings back. The scaffold makes c and u, the storage M.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from neuromem import checks
from neuromem.recall.scaffolds import ItemDriven, Scaffold
from neuromem.recall.search import Search, Sight
from neuromem.recall.storage import Hebbian, Storage


@dataclass(frozen=True)
class ContextSearch(Search):
    """Search by a context that drifts over a `scaffold`, among items bound to it by a `storage`."""

    scaffold: Scaffold = field(default_factory=ItemDriven)
    storage: Storage = field(default_factory=Hebbian)

    def __post_init__(self):
        checks.part("scaffold", self.scaffold, Scaffold)
        checks.part("storage", self.storage, Storage)

    @property
    def parameters(self):
        return (*self.scaffold.parameters, *self.storage.parameters)

    def sight(self, n_items, values):
        studied = self.scaffold.study(n_items, values)
        m, brought = self.storage.bind(studied, values), studied.brought
        cue, turned = studied.cue[..., None, :], brought.mT
        sight = Sight(np.vecdot(m, cue), np.vecdot(brought, cue), brought @ m.mT, brought @ turned, studied.b)
        if (own := self.storage.own_slots(studied, values)) is None:
            return sight
        key, exponent = own
        return sight._replace(own=np.vecdot(key, cue), own_after=brought @ key.mT, exponent=exponent)
