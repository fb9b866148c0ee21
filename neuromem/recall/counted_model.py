"""A model of list recall that is made of counts, before and after it is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from neuromem.likelihood import LikelihoodModel
from neuromem.recall.lists import RecallLists
from neuromem.recall.search_model import SearchModel
from neuromem.recall.stopping import counted


@dataclass(frozen=True)
class CountedModel(LikelihoodModel):
    """One of `neuromem.recall.null` for use beside models that are fitted: `count` makes it from lists.

    Its ends are counted with one imagined decision at each output, so that it can predict other lists. It has no
    parameters. Raises ValueError where it is to judge lists before it was counted on any.

    >>> from neuromem.recall.lists import recall_lists
    >>> from neuromem.recall.null import uniform_choice
    >>> lists = recall_lists([[0, 1, 2], [2, 0, 1]], 3)
    >>> CountedModel(uniform_choice).counted_on(lists).log_likelihood(lists).round(3)
    array([-2.339, -2.339])
    """

    count: Callable[[RecallLists], SearchModel]
    made: SearchModel | None = None
    counted = True

    @property
    def parameters(self):
        return ()

    def counted_on(self, lists):
        return replace(self, made=replace(self.count(lists), stopping=counted(lists, imagined=1)))

    def log_likelihood(self, lists, values=None):
        self.complete(values)
        return self._made().log_likelihood(lists)

    def simulate(self, lists, values=None, *, rng):
        self.complete(values)
        return self._made().simulate(lists, rng=rng)

    def _made(self) -> SearchModel:
        if self.made is None:
            raise ValueError(
                f"{self.count.__name__} has not been counted; call counted_on(lists) of other lists first."
            )
        return self.made
