r"""CMR over several lists, with an exact likelihood: the context goes on, and words of the last lists can be said.

What CMR2 has and this has not is what has no likelihood: the leaky race, and words that come to mind and are held back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neuromem import checks
from neuromem.data.free_recall import INTRUSION, PADDING
from neuromem.likelihood import LikelihoodModel, Observed, probability
from neuromem.measures.lists import correct_only
from neuromem.measures.prior_list_intrusions import lists_back
from neuromem.recall.choice import Exponential
from neuromem.recall.scaffolds import ItemDriven
from neuromem.recall.session_walk import SessionValues, walk_sessions
from neuromem.recall.stopping import ByOutput
from neuromem.recall.storage import Hebbian
from neuromem.recall.vectors import for_each

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class SessionLists:
    """Whole sessions, of which the lists `scored` are looked at, each given all that came before it.

    `recall` (list, output) holds the study position plus `n_items` for each list back, -1 after the last; `first`
    (list) marks the lists that begin a session; all lists have `n_items` words. `take` chooses lists to score and keeps
    their sessions whole, for a list's likelihood depends on those before it.
    """

    recall: np.ndarray
    first: np.ndarray
    n_items: int
    n_back: int
    scored: np.ndarray

    def __len__(self) -> int:
        return len(self.scored)

    def take(self, chosen) -> SessionLists:
        scored = self.scored[chosen]
        session = np.cumsum(self.first)
        kept = np.isin(session, session[scored])
        place = np.cumsum(kept) - 1
        return replace(self, recall=self.recall[kept], first=self.first[kept], scored=place[scored])


def session_lists(recall, first, *, n_items: int, n_back: int = 3) -> SessionLists:
    """Sessions as they were recalled, without words from more than `n_back` lists back and without repeats.

    Codes of `recall` (list, output) are those of `SessionLists`, or -2 for an intrusion from elsewhere. Raises
    ValueError for codes of lists before the session, and where the first list begins none.

    >>> session_lists([[1, -1], [2, 0]], [True, False], n_items=2).recall  # 2: the first word of the list before
    array([[ 1, -1],
           [ 2,  0]])
    """
    recall, first = np.asarray(recall), np.asarray(first, bool)
    checks.whole("n_items", n_items, 1)
    checks.whole("n_back", n_back, 0)
    if recall.ndim != 2 or recall.dtype.kind not in "iu" or first.shape != recall.shape[:1] or not first[:1].all():
        raise ValueError(
            f"recall must be whole numbers (list, output) and first (list), its first entry True; saw {recall.dtype} "
            f"of shape {recall.shape} and {first.shape}."
        )
    at = np.arange(len(first))
    number = at - np.maximum.accumulate(np.where(first, at, 0))
    if (recall // n_items > number[:, None]).any():
        raise ValueError("recall holds a word of a list before the session; code it as -2.")
    said = np.where(recall >= (n_back + 1) * n_items, INTRUSION, recall)
    return SessionLists(correct_only(said).astype(np.int64), first, n_items, n_back, at)


def from_sessions(people: xr.Dataset, *, n_back: int = 3) -> Observed:
    """The lists of a free-recall Dataset with words, one session for each subject (and `session`, where it has one)."""
    subject = people["subject"].to_numpy()
    session = people["session"].to_numpy() if "session" in people else np.zeros(len(subject), np.int64)
    first = np.concatenate([[True], (np.diff(subject) != 0) | (np.diff(session) != 0)])
    n_items, word = int(people["list_length"][0]), people["item"].to_numpy()
    if (people["list_length"].to_numpy() != n_items).any():
        raise ValueError("the lists must be of one length; choose those of one.")
    code, back = people["recall"].to_numpy().astype(np.int64), lists_back(people)
    begins = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    for i, k in np.argwhere(back > 0):
        earlier = i - back[i, k]
        same = np.flatnonzero(word[earlier] == people["recalled_item"].values[i, k]) if earlier >= begins[i] else []
        code[i, k] = back[i, k] * n_items + same[0] if len(same) else INTRUSION
    return Observed(session_lists(code, first, n_items=n_items, n_back=n_back), subject, session, "list")


@dataclass(frozen=True)
class SessionCMR(LikelihoodModel):
    r"""CMR whose context goes on from list to list, among the words of the present list and of `n_back` before it.

    Study, choice and end are those of `neuromem.recall.cmr.cmr`; between lists the context moves by `b_post` towards
    the start of the next, a unit of its own, whose context comes back by `b_start` as its recall begins. A word of an
    earlier list that is said is an event as any other, and moves the context. The log-likelihood of a list is given all
    lists before it in its session. With one list it is that of `cmr`.

    >>> [parameter.name for parameter in SessionCMR().parameters if parameter.name == "b_post"]
    ['b_post']

    Source: Lohnas, Polyn & Kahana (2015), Psychol. Rev. 122:337 (context across lists); choice and end of Morton &
    Polyn (2016), J. Mem. Lang. 86:119. Known limit: nothing holds back words of earlier lists, so that the choice alone
    must keep them rare; each presentation is a word of its own, also where a word is studied in two lists.
    """

    @property
    def parameters(self):
        post = probability("b_post", 0.5, "how far the context moves between lists")
        return (
            *ItemDriven().parameters,
            post,
            *Hebbian().parameters,
            *Exponential().parameters,
            *ByOutput().parameters,
        )

    def log_likelihood(self, data, values=None):
        complete = self.complete(values)
        n = max(np.size(value) for value in complete.values())
        log_p = np.zeros((n, len(data.first)))
        self._walk(data, complete, n, data.recall, np.zeros((0, 0, 0)), log_p)
        several = any(np.ndim(value) for value in complete.values())
        return log_p[:, data.scored] if several else log_p[0, data.scored]

    def simulate(self, data, values=None, *, rng):
        """Whole sessions of the same design, of which the same lists are scored."""
        checks.streams(rng, batches=False)
        width = (data.n_back + 1) * data.n_items
        recall = np.full((len(data.first), width), PADDING, np.int64)
        uniform = rng.random((len(recall), width + 1, 2))
        self._walk(data, self.complete(values), 1, recall, uniform, np.zeros((1, len(recall))))
        return replace(data, recall=recall)

    def _walk(self, data, complete, n, recall, uniform, log_p):
        held = SessionValues(*(for_each(complete[name], n, 0) for name in SessionValues._fields))
        walk_sessions(data.first, data.n_items, data.n_back, recall, held, uniform, log_p)
