"""Models of list recall that differ from CMR in one part, so that fits tell which of its assumptions people need.

What stays is the address that cues, the binding of items to addresses, choice among the items left and an end by output
position. What changes is said by the name: where addresses come from, how items are bound to them, how support becomes
choice, or what rehearsal adds. SAM, in which no address drifts, stands beside them.
"""

from __future__ import annotations

from neuromem.likelihood import LikelihoodModel
from neuromem.recall.choice import Linear, Power
from neuromem.recall.context_search import ContextSearch
from neuromem.recall.grid_phase import GridPhase, PositionCode
from neuromem.recall.largest import MaxWithNoise
from neuromem.recall.rehearsal import WithRehearsal
from neuromem.recall.sam import SAM
from neuromem.recall.scaffolds import RandomDrift
from neuromem.recall.search_model import SearchModel
from neuromem.recall.slots import Slots
from neuromem.recall.stopping import AfterFailures, BySupport
from neuromem.recall.storage import Delta

SCAFFOLDS: dict[str, LikelihoodModel] = {
    "random_drift": SearchModel(search=ContextSearch(scaffold=RandomDrift())),
    "grid_phase": SearchModel(search=ContextSearch(scaffold=GridPhase())),
    "position_code": SearchModel(search=ContextSearch(scaffold=PositionCode())),
}
STORAGES: dict[str, LikelihoodModel] = {
    "delta_storage": SearchModel(search=ContextSearch(storage=Delta())),
    "slots": SearchModel(search=ContextSearch(storage=Slots())),
    "rehearsal": SearchModel(search=ContextSearch(storage=WithRehearsal())),
}
CHOICES: dict[str, LikelihoodModel] = {
    "power_choice": SearchModel(choice=Power()),
    "linear_choice": SearchModel(choice=Linear()),
    "max_with_noise": SearchModel(choice=MaxWithNoise()),
}
ENDS: dict[str, LikelihoodModel] = {
    "support_stop": SearchModel(stopping=BySupport()),
    "failure_stop": SearchModel(stopping=AfterFailures()),
    "failure_stop_4": SearchModel(stopping=AfterFailures(k_max=4)),
}
RIVALS: dict[str, LikelihoodModel] = {
    "sam": SAM(size=2),
    "sam_oldest_displaced": SAM(size=2, displaced="oldest"),
}
VARIANTS = SCAFFOLDS | STORAGES | CHOICES | ENDS | RIVALS
