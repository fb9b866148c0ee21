"""Recovery as a page and a picture."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from recovery_toys import CENTRE, STREAM, confused, design, told_fits, values_of

from neuromem import plot, recovery_page
from neuromem.core import cell_rng
from neuromem.errors import UserError
from neuromem.fit.fit import fit
from neuromem.fit.recovery import recovery
from neuromem.fit.simulated import around_defaults
from neuromem.recall import family


@pytest.fixture
def recovered():
    values = around_defaults(CENTRE, 5, seed=0, stream=STREAM)
    fitted = np.clip(values.values.ravel() + 0.01, 0, 1)
    gain = np.array([0.5, 0.0, 1.0, 0.25, 0.75])
    result = recovery(CENTRE, values, design(), fit=partial(told_fits, value=values.values.ravel()))
    return result.assign(fitted=(values.dims, fitted[:, None]), gain=("subject", gain))


def test_a_page_is_filled_again_and_again(tmp_path, recovered):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- recovery one -->\nold\n<!-- end of recovery one -->\nafter\n")
    for _ in range(2):
        recovery_page.write_into(page, recovered, "one")
        text = page.read_text()
    assert text.startswith("before\n<!-- recovery one -->\n\n| parameter | true values |")
    assert "5 simulated people; 5 of 5 fits are at least as likely" in text
    assert "by 0.50 in ln p on average and by 0.00 at least." in text
    assert text.endswith("<!-- end of recovery one -->\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize(("words", "told"), [("none", "has no place for this recovery"), (None, "there is no page")])
def test_a_page_without_a_place_is_refused(words, told, tmp_path, recovered):
    if words:
        (tmp_path / "page.md").write_text(words)
    with pytest.raises(UserError, match=told):
        recovery_page.write_into(tmp_path / "page.md", recovered, "one")


def test_the_picture_has_a_panel_for_each_parameter_and_the_matrix(recovered):
    with plot.style():
        figure = recovery_page.draw(recovered, confused(np.eye(3)))
    figure.canvas.draw()
    titles = [ax.get_title() for ax in figure.axes]
    assert any(ax.get_legend() for ax in figure.axes)
    assert sum("a: r = " in title for title in titles) == 1
    assert [text.get_text() for ax in figure.axes for text in ax.texts].count("1.00") == 3


PAGE = (Path(__file__).parent.parent / "docs" / "recovery.md").read_text(encoding="utf-8").splitlines()
FIRST_PEOPLE = [line for line in PAGE if "| true |" in line or "| fitted |" in line]


@pytest.mark.slow
@pytest.mark.needs_data("morton2013")
@pytest.mark.parametrize("row", FIRST_PEOPLE[:4])
def test_the_page_says_what_the_first_simulated_people_are(row, first_of_the_page):
    assert row in first_of_the_page


@pytest.fixture(scope="module")
def first_of_the_page():
    """The rows of the first two simulated people, from the fits of those whose values they have."""
    observed, models = family.DATA["morton2013"](), {"cmr": family.MODELS["cmr"]}
    order = cell_rng(0, "recovery", "cmr", "people", 0).permutation(len(observed.subjects()))[:2]
    who = observed.subjects()[order]
    fits = fit(models, observed.take(np.isin(observed.subject, who)), workers=2).sel(subject=who)
    names = [p.name for p in models["cmr"].parameters if p.free]
    values = values_of(models["cmr"], fits.value.sel(model="cmr", parameter=names).values)
    found = recovery(models["cmr"], values, observed, fit=partial(fit, workers=2), name="cmr")
    return [f"| {' | '.join(cells)} |" for cells in recovery_page.first_people(found)]
