"""CMR of lists whose words come again, or come under tasks."""

from __future__ import annotations

from neuromem.models.context_layers import Layer
from neuromem.models.retrieved_context import RetrievedContext
from neuromem.models.stopping import ExponentialStop
from neuromem.recall.scheduled_search import ScheduledSearch
from neuromem.recall.search_model import SearchModel
from neuromem.scaffolds.drift import ItemDriven


def cmr_repeats() -> SearchModel:
    r"""CMR in which a repeated word brings back the context of its first study, and is bound to that of each study.

    Its parameters are those of `neuromem.recall.cmr.cmr`, which it is where every word comes once: a schedule costs no
    further parameter. The lists are those of `neuromem.recall.schedules`.

    >>> len([parameter for parameter in cmr_repeats().parameters if parameter.free])
    9

    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129; Siegel & Kahana (2014), JEP: Learning, Memory and
    Cognition 40:755. Known limit: the end of recall is blind to what is left, so that lists of equal length that differ
    in spacing alone end alike.
    """
    return SearchModel(search=ScheduledSearch())


def cmr_source(*, layer: str = "task", disruption: bool = True) -> SearchModel:
    r"""CMR with a second layer of context for the task of each word, and a disruption by each change of task.

    Words are bound to what the layer held at their study; a recalled word brings that back, and it speaks for other
    words of its task. The lists are those of `scheduled_dataset(..., layers=("task",))`.

    >>> [parameter.name for parameter in cmr_source().parameters][7:11]
    ['b_task', 'b_task_rec', 'w_task', 'b_shift']

    Source: Polyn, Norman & Kahana (2009), Psychol. Rev. 116:129; choice and stopping as in Morton & Polyn (2016), J.
    Mem. Lang. 86:119, in place of that paper's leaky accumulators, which have no likelihood in closed form.
    Known limit: the end of recall is blind to what is left.
    """
    return SearchModel(search=ScheduledSearch(layers=(layer,), disruption=disruption))


def as_memory(values: dict[str, float], layers: tuple[str, ...] = (), width: int = 3) -> RetrievedContext:
    """The memory that studies and recalls as these models do at these values, with layers of so many units."""
    own = {name: values[name] for name in ("b_start", "l_fc", "l_cf", "p1", "p2", "temperature")}
    return RetrievedContext(
        drift=ItemDriven(b_enc=values["b_enc"], b_rec=values["b_rec"]),
        stopping=ExponentialStop(x1=values["x1"], x2=values["x2"]),
        layers=tuple(
            Layer(width=width, b_enc=values[f"b_{x}"], b_rec=values[f"b_{x}_rec"], weight=values[f"w_{x}"])
            for x in layers
        ),
        b_distract=values.get("b_shift", 0.0),
        **own,
    )
