"""Recovery of models: who is taken for whom, and what cannot be compared."""

from dataclasses import dataclass

import numpy as np
import pytest
from recovery_toys import CENTRE, QUICK, Spread, confused, design, values_of

from neuromem import recovery_page
from neuromem.errors import UserError
from neuromem.fit.model_recovery import model_recovery, taken_for
from neuromem.fit.simulated import simulated


def test_models_that_differ_are_told_apart():
    models = {"centre": CENTRE, "spread": Spread()}
    values = {"centre": values_of(CENTRE, np.full((4, 1), 0.95)), "spread": values_of(Spread(), np.full((4, 1), 3.0))}
    found = model_recovery(models, values, design(), fit=QUICK)
    assert found.sizes["subject"] == 4
    np.testing.assert_array_equal(found.confusion.sel(criterion="bic"), np.eye(2))
    np.testing.assert_array_equal(found.inversion.sel(criterion="bic"), np.eye(2))
    one = simulated(Spread(), values["spread"], design(), seed=0, stream=("model_recovery", "spread")).data.parts[3]
    best = Spread().log_likelihood(one, {"spread": np.sqrt((one.score**2).mean())}).sum()
    score = found.score.sel(criterion="bic", simulated="spread", subject=3, model="spread")
    assert float(score) == pytest.approx(-2 * best + np.log(30), abs=1e-3)


def test_what_cannot_be_told_apart_by_hand():
    found = confused([[0.5, 0.2, 0.3], [0.1, 0.9, 0.0], [0.0, 0.19, 0.81]])
    assert taken_for(found, "aicc") == {"x": ["z", "y"], "y": [], "z": []}
    words = "By AICc, in 20% or more of each model's 10 simulated people: x is taken for z or y."
    assert recovery_page.told_apart(found, "aicc") == words
    apart = "By BIC, no model wins 20% or more of each model's 10 simulated people but that model itself."
    assert recovery_page.told_apart(confused(np.eye(3)), "bic") == apart


@dataclass(frozen=True)
class Counted(Spread):
    @property
    def counted(self):
        return True


@pytest.mark.parametrize(
    ("models", "n", "told"),
    [
        ({"spread": Spread()}, (3,), "spread alone cannot be mistaken for another"),
        ({"spread": Spread(), "counted": Counted()}, (3, 3), "counted is made of counts"),
        ({"spread": Spread(), "centre": CENTRE}, (3, 4), r"as many people as the others; saw \[3, 4\]"),
    ],
)
def test_models_that_cannot_be_compared_are_refused(models, n, told):
    values = {name: values_of(m, np.full((k, 1), 0.5)) for (name, m), k in zip(models.items(), n, strict=True)}
    with pytest.raises(UserError, match=told):
        model_recovery(models, values, design(), fit=QUICK)
