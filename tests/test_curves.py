"""Curves of every family of models, of people and as predicted: what is told of their variables."""

import numpy as np
import pytest
import xarray as xr

from neuromem import registry
from neuromem.fit.predictive import predicted

NOT_FITTED = xr.Dataset(coords={"model": []})  # so that models are at their defaults
FAMILIES = {
    "recall": ("cmr", "murdock1962_1s", "murdock1962"),
    "recognition": ("equal_variance", "recognition_roc", "recognition_roc"),
    "precision": ("swap", "bays_2009", "wm_continuous_report"),
    "forced_choice": ("both", "pitch_forgetting_mathias2021", "pitch_forgetting_mathias2021"),
}


def test_every_family_is_here():
    assert FAMILIES.keys() == registry.families().keys()


@pytest.mark.parametrize(
    ("family", "model", "name"),
    [
        pytest.param(family, model, name, marks=pytest.mark.needs_data(needed), id=family)
        for family, (model, name, needed) in FAMILIES.items()
    ],
)
def test_every_variable_has_a_name_and_a_unit(family, model, name):
    of = registry.families()[family]
    observed = of.DATA[name]()
    two = observed.take(np.isin(observed.subject, observed.subjects()[:2]))
    told = of.curves(two), predicted({model: of.MODELS[model]}, NOT_FITTED, two, of.curves)
    untold = [n for one in told for n, v in one.variables.items() if not {"units", "long_name"} <= v.attrs.keys()]
    assert untold == []
