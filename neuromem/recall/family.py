"""The family of list recall: its models, its data, and the curves by which they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neuromem import data
from neuromem.data import morton2013, murdock1962, table_file
from neuromem.data.free_recall import recall_dataset
from neuromem.likelihood import LikelihoodModel, Observed
from neuromem.recall import null
from neuromem.recall.cmr import cmr
from neuromem.recall.counted_model import CountedModel
from neuromem.recall.lists import RecallLists, from_dataset
from neuromem.recall.scheduled_cmr import cmr_repeats, cmr_source
from neuromem.recall.schedules import scheduled_dataset
from neuromem.recall.semantic_cmr import cmr_semantic, with_meaning
from neuromem.recall.variants import VARIANTS

if TYPE_CHECKING:
    import xarray as xr

SUMMARY = "list recall: which word comes next, and when recall ends"
MODELS: dict[str, LikelihoodModel] = {
    "cmr": cmr(),
    "cmr_category": cmr(cues=("category",)),
    "cmr_semantic": cmr_semantic(),
    "cmr_source": cmr_source(),
    "cmr_repeats": cmr_repeats(),
    **VARIANTS,
    "uniform": CountedModel(null.uniform_choice),
    "position_frequency": CountedModel(null.position_frequency),
    "last_transition": CountedModel(null.last_transition),
}
ABOUT = {
    "cmr": "A context that items move and that comes back with them cues recall; an end by output position.",
    "cmr_category": "CMR, in which the last word recalled also speaks for those of its category.",
    "cmr_semantic": "CMR, in which the last word recalled also speaks for those of like meaning.",
    "cmr_source": "CMR with a layer of context for the task of each word, and disruption by each change of task.",
    "cmr_repeats": "CMR in which a word that comes again brings back its context and is bound to both.",
    "random_drift": "CMR whose context moves by itself, and to which recalled words bring nothing back.",
    "grid_phase": "CMR whose addresses are phases of grids, as in Vector-HaSH, and not a context that items move.",
    "position_code": "CMR whose addresses are positions in the list, as ordinal theories have it.",
    "delta_storage": "CMR that stores by correcting what a context already calls up.",
    "slots": "CMR that keeps each item in a slot of its own, matched by a power.",
    "rehearsal": "CMR in which items of the past are rehearsed as new ones are studied.",
    "power_choice": "CMR that chooses by a power of support, not by its exponential.",
    "linear_choice": "CMR that chooses in proportion to support.",
    "max_with_noise": "CMR that chooses the item with the most support once noise is added to each.",
    "support_stop": "CMR that ends recall by the support of what is left.",
    "failure_stop": "CMR that ends recall after ten failures to find anything new.",
    "failure_stop_4": "CMR that ends recall after four failures to find anything new.",
    "sam": "Sampling and recovery from strengths that a rehearsal buffer of two words left.",
    "sam_oldest_displaced": "SAM whose buffer loses its oldest word.",
    "uniform": "Any word left, each as likely; ends as counted.",
    "position_frequency": "Each study position by how often it was recalled, as counted.",
    "last_transition": "Each study position by how often it followed the last one, as counted.",
}


def observed(people: xr.Dataset, *, cues: tuple[str, ...] = ()) -> Observed:
    """The lists of a free-recall Dataset, with the labels of words that models may take as cues."""
    return _of(people, from_dataset(people, cues=cues))


def _of(people: xr.Dataset, lists: RecallLists) -> Observed:
    session = people["session"].to_numpy() if "session" in people else np.zeros(people.sizes["list"], np.int64)
    return Observed(lists, people["subject"].to_numpy(), session, "list")


def of_file(path: str | Path, keep_going: bool = False) -> tuple[Observed, list[str]]:
    """The lists of a file (`neuromem.data.table_file`), and what is to be told of them in lines.

    With `keep_going` those are left out that break a rule. Models may take as a cue the category of words, where the
    file has one for each studied word.
    """
    people = table_file.read(path, keep_going=keep_going)
    return observed(people, cues=("category",) if "category" in people else ()), table_file.told(people)


def loaded(name: str, *, cues: tuple[str, ...] = (), **options) -> Observed:
    """The lists of a data set."""
    return observed(data.load(name, **options), cues=cues)


def scheduled(name: str, *, layers: tuple[str, ...] = ()) -> Observed:
    """The lists of a data set with the presentations of each word, and what it came under."""
    people = data.load(name)
    return _of(people, scheduled_dataset(people, layers=layers))


def morton2013_meaning() -> Observed:
    """The lists of `morton2013` with the similarity of their words in meaning, by the distances that psifr ships."""
    people = data.load("morton2013")
    return _of(people, with_meaning(people, *morton2013.distances(), cues=("category",)))


def murdock1962_rate(seconds: int) -> Observed:
    """Every fourth list of `murdock1962` at one rate, of three lengths with other people in each."""
    people = data.load("murdock1962")
    of_rate = [str(name).endswith(f"-{seconds}") for name in people.condition.to_numpy()]
    return observed(people.isel(list=np.flatnonzero(of_rate & (people.list_number.to_numpy() % 4 == 3))))


def polyn2009_control() -> Observed:
    """The control lists of `polyn2009`, of one task each."""
    people = data.load("polyn2009")
    return observed(people.isel(list=np.flatnonzero(people.condition.to_numpy() == "control")))


DATA: dict[str, Callable[[], Observed]] = {
    "morton2013": partial(loaded, "morton2013", cues=("category",)),
    "peers_notask": partial(loaded, "peers_notask"),
    "murdock1962": partial(loaded, "murdock1962"),
    **{
        f"murdock1962_{condition.replace('-', '_')}": partial(loaded, "murdock1962", condition=condition)
        for condition in murdock1962.CONDITIONS
    },
    **{f"murdock1962_{seconds}s": partial(murdock1962_rate, seconds) for seconds in (1, 2)},
    "murdock_okada1970": partial(loaded, "murdock_okada1970"),
    "kahana2002": partial(loaded, "kahana2002"),
    "polyn2009_control": polyn2009_control,
    "polyn2009": partial(scheduled, "polyn2009", layers=("task",)),
    "kahana_howard2005": partial(scheduled, "kahana_howard2005"),
    "lohnas_kahana2014": partial(scheduled, "lohnas_kahana2014"),
    "morton2013_meaning": morton2013_meaning,
}


def curves(observed: Observed) -> xr.Dataset:
    """Serial position, first recall, lag-CRP and, where lists differ in length, the words recalled of each length.

    Each by `subject`, over `position`, `lag` and `list_length`.
    """
    import xarray as xr

    from neuromem.measures.first_recall import first_recall
    from neuromem.measures.lag_crp import lag_crp
    from neuromem.measures.n_recalled import n_recalled
    from neuromem.measures.serial_position import serial_position

    people = _dataset(observed)
    told = {
        "serial_position": serial_position(people),
        "first_recall": first_recall(people),
        "lag_crp": lag_crp(people),
        "n_recalled": _by_length(people, n_recalled),
    }
    return xr.Dataset({name: one.assign_attrs({"units": "1"} | one.attrs) for name, one in told.items()})


def _dataset(observed: Observed) -> xr.Dataset:
    """The lists as measures take them, sorted by subject."""
    order = np.argsort(observed.subject, kind="stable")
    lists, n = observed.data.take(order), len(observed)
    told = {"subject": observed.subject[order], "list_number": np.arange(n), "list_length": lists.n_items}
    return recall_dataset(lists.recall, **told, condition=np.full(n, ""))


def _by_length(people: xr.Dataset, measure: Callable) -> xr.DataArray:
    """A measure of each subject's lists of each length (subject, list_length), NaN where there are none."""
    import xarray as xr

    length = people.list_length.to_numpy()
    parts = [measure(people.isel(list=np.flatnonzero(length == n))) for n in np.unique(length)]
    dim = xr.DataArray(np.unique(length), dims="list_length", attrs={"long_name": "list length", "units": "word"})
    joined = xr.concat(parts, dim.rename("list_length"), join="outer")
    return joined.transpose("subject", "list_length").assign_attrs(parts[0].attrs)
