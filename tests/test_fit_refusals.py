"""What fits refuse, told in a line."""

import re
import sys

import pytest
from fit_toys import NORMALS, QUICK, A, Normal, Undefined, people

from neuromem.errors import UserError
from neuromem.fit import asked
from neuromem.fit.fit import fit
from neuromem.fit.search import Effort

REFUSED = {
    "unknown fixed": ({"fixed": {"maen": 1.0}}, "normal has no parameter 'maen'; did you mean mean?"),
    "unknown free": ({"free": ["width"]}, "normal has no parameter 'width'; there are: mean, sd, shift."),
    "unknown bounds": ({"bounds": {"men": (0, 1)}}, "normal has no parameter 'men'; did you mean mean?"),
    "fixed and free": ({"fixed": {"sd": 1.0}, "free": ["sd"]}, "sd is both fixed and free; choose one."),
    "fixed and bounded": ({"fixed": {"sd": 1.0}, "bounds": {"sd": (1, 2)}}, "sd is fixed, so that its bounds say"),
    "crossed": ({"bounds": {"mean": (2.0, 1.0)}}, "the bounds of mean cross or meet: 2 is not below 1"),
    "met": ({"bounds": {"mean": (2.0, 2.0)}}, "the bounds of mean cross or meet"),
    "too wide": ({"bounds": {"sd": (0.0, 1.0)}}, "the lower bound of sd must be a number in [0.01, 10]; saw 0.0."),
    "out of bounds": ({"fixed": {"sd": 11.0}}, "sd must be a number in [0.01, 10]; saw 11.0."),
    "no number": ({"fixed": {"sd": "wide"}}, "sd must be a number in [0.01, 10]; saw 'wide'."),
    "effort": ({"effort": "carefull"}, "there is no effort 'carefull'; did you mean careful?"),
    "seed": ({"seed": -1}, "seed must be a whole number"),
    "workers": ({"workers": 0}, "workers must be a whole number of at least 1; saw 0."),
    "no model": ({"models": {}}, "there is no model to fit; name one or more."),
    "a model without a name": ({"models": Normal()}, "models must be a dict of names and models"),
    "a name without a model": ({"models": {"cmr": "cmr"}}, "models must be a dict of names and models"),
    "a name for data": ({"observed": "morton2013"}, "observed must be an Observed; saw str: take one of a family's"),
    "not a number": ({"models": {"normal": Undefined()}}, "the log-likelihood of Undefined is not a number at mean "),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(change, said):
    with pytest.raises(ValueError, match=rf"^{re.escape(said)}[^\n]*\Z"):
        fit(**({"models": {"normal": Normal()}, "observed": NORMALS, "effort": QUICK} | change))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Effort(starts=0), "starts must be a whole number of at least 1; saw 0."),
        (lambda: asked.effort("default", 0, None), "restarts must be a whole number of at least 1; saw 0."),
        (lambda: Effort(tolerance=0.0), "tolerance must be a number in (0, 1]; saw 0.0."),
        (lambda: Effort(optimiser="anneal"), "optimiser must be one of scipy, cma, pybads; saw 'anneal'."),
        (lambda: asked.fixed(["sd"]), "'sd' is not of the form field=value."),
        (lambda: asked.fixed(["sd=wide"]), "sd must be a number; saw 'wide'."),
        (lambda: asked.fixed(["sd=1", "sd=2"]), "sd is fixed twice; say it once."),
        (lambda: asked.bounds(["sd=1"]), "bounds are typed as sd=low:high; saw 'sd=1'."),
        (lambda: asked.bounds(["sd"]), "bounds are typed as sd=low:high; saw 'sd'."),
        (lambda: asked.first_subjects(NORMALS, 3), "subjects must be from 1 to 2, so many took part; saw 3."),
    ],
)
def test_what_is_typed_wrongly_is_refused(call, said):
    with pytest.raises(ValueError, match=rf"^{re.escape(said)}\Z"):
        call()


def test_an_optimiser_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cma", None)
    with pytest.raises(UserError, match=r'the optimiser cma is not installed: pip install "neuromem\[fit\]"'):
        fit({"normal": Normal()}, people(A), effort=Effort(starts=1, optimiser="cma"))


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("neuromem.fit.workers.SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(UserError, match="no dask scheduler answers at tcp://127.0.0.1:9"):
        fit({"normal": Normal()}, people(A), effort=QUICK, scheduler="tcp://127.0.0.1:9")
