"""The score: what each memory shows, by hand on a small paradigm; the pages that hold it; what is refused."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from neuromem import cli, effects, paradigm, plot, registry, run, score, scoreboard
from neuromem.errors import UserError
from neuromem.score import NO, NO_RULE, NOT_RUN, YES

TINY = str(Path(__file__).parent / "tiny_paradigm.py")
ROOT = Path(__file__).parent.parent


def small(**arguments):
    return score.score(["modern_hopfield", "hopfield", "correlation_matrix"], [TINY], quick=True, **arguments)


def by_hand():
    verdict = [[YES, NO, NO_RULE], [YES, YES, YES], [NO_RULE] * 3, [NOT_RUN] * 3]
    return xr.Dataset(
        {"verdict": (("memory", "effect"), verdict)},
        {
            "memory": ["b", "a", "c", "d"],
            "effect": ["p: one", "p: two", "q: three"],
            "paradigm": ("effect", ["p", "p", "q"]),
        },
    )


def test_a_verdict_is_that_of_the_run():
    scored, module = small(), paradigm.load(Path(TINY))
    result = run.run(module, "modern_hopfield", design=module.Design.quick())
    (recalls, _) = effects.evaluate(module.EFFECTS, result.measured)
    one = scored.sel(memory="modern_hopfield", effect="tiny_paradigm: recalls")
    assert one.verdict == (YES if recalls.holds else NO)
    assert (float(one.value), float(one.low), float(one.high)) == (recalls.value, *recalls.interval)


def test_what_does_not_apply_has_no_rule():
    scored = small()
    assert (scored.verdict.sel(effect="tiny_paradigm: spread") == NO_RULE).all()
    assert np.isnan(scored.value.sel(effect="tiny_paradigm: spread")).all()


def test_a_memory_without_the_rule_has_no_rule():
    scored = score.score(["correlation_matrix"], ["silent_item"], quick=True)
    assert (scored.verdict == NO_RULE).all()


def test_what_trains_for_long_runs_only_where_it_is_named():
    scored = score.score(["tanh_autoencoder"], [TINY], quick=True)
    assert (scored.verdict == NOT_RUN).all()


def test_the_number_of_workers_changes_nothing():
    assert small().identical(small(workers=2))


def test_a_second_score_reads_the_runs_of_the_first(tmp_path):
    first = small(cache=tmp_path)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(made) == 2  # hopfield stores no pairs
    assert small(cache=tmp_path).identical(first)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made


@pytest.mark.parametrize(
    ("name", "made"),
    [("modern_hopfield", "of the paradigm"), ("dual_network", "of its class"), ("hopfield", "its example")],
)
def test_a_memory_is_taken_as_the_paradigm_sets_it_up(name, made):
    module = paradigm.load(registry.find("paradigms", "silent_item" if name == "modern_hopfield" else "silent_engram"))
    source = registry.memory_entry(name).source
    wanted = {
        "of the paradigm": lambda: module.MEMORIES[name],
        "of its class": lambda: next(m for m in module.MEMORIES.values() if type(m) is source),
        "its example": lambda: source.example(),
    }[made]
    assert score.instance(module, name) == wanted()


def test_the_best_come_first_and_counts_add_up():
    assert scoreboard.counts(by_hand()) == [("a", 3, 0, 0), ("b", 1, 1, 1), ("c", 0, 0, 3), ("d", 0, 0, 0)]


def test_tables_by_hand():
    assert scoreboard.summary(by_hand()).splitlines()[2:] == [
        "| a | 2/2 | 1/1 |",
        "| b | 1/2 |  |",
        "",
        "Not in the table, for they are slow or have a rule for none: c, d.",
    ]
    lines = scoreboard.full(by_hand()).splitlines()
    assert lines[0] == "## p"
    assert lines[4:9] == ["| b | yes | no |", "| a | yes | yes |", "", "No rule: c.", ""]
    assert lines[-5:] == ["| a | yes |", "", "No rule: b, c.", "", "Not run: d."]


def test_the_picture_has_a_bar_for_each_verdict():
    with plot.style():
        figure = scoreboard.draw(by_hand())
    bars = {c.get_label(): len(c.get_paths()) for c in figure.axes[0].collections}
    assert (bars["yes"], bars["no"], bars["no rule"], bars["not run"]) == (4, 1, 4, 3)
    figure.canvas.draw()


def test_a_page_is_filled_again_and_again(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- score -->\nold\n<!-- end of score -->\nafter\n")
    for _ in range(2):
        scoreboard.write_into(page, by_hand())
        text = page.read_text()
    assert text.startswith("before\n<!-- score -->\n\n| memory | p | q |")
    assert text.endswith("none: c, d.\n\n<!-- end of score -->\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize(
    ("words", "told"), [("nothing here", "has no place for the score"), (None, "there is no page")]
)
def test_a_page_without_a_place_is_refused(tmp_path, words, told):
    page = tmp_path / ("absent.md" if words is None else "page.md")
    (tmp_path / "page.md").write_text(words or "")
    with pytest.raises(UserError, match=told):
        scoreboard.write_into(page, by_hand())


def test_unknown_names_are_refused():
    with pytest.raises(UserError, match="there is no memory 'modern_hopfeld'.*modern_hopfield"):
        score.score(["modern_hopfeld"], [TINY])


@pytest.fixture
def picky(tmp_path):
    """A paradigm that fails on one memory: its path, and the line where it does."""
    text = Path(TINY).read_text()
    line = "    recalled = []"
    path = tmp_path / "picky.py"
    path.write_text(text.replace(line, line + " if isinstance(memory, KernelMemory) else [nothing]"))
    return path, text[: text.index(line)].count("\n") + 1


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_fails_stops_no_other_and_is_named(picky, workers):
    path, line = picky
    scored = score.score(["modern_hopfield", "correlation_matrix"], [str(path)], quick=True, workers=workers)
    assert scored.verdict.sel(effect="picky: recalls").values.tolist() == [YES, NOT_RUN]
    assert scored.failed.startswith(
        f"1 run failed: correlation_matrix on picky: {path}, line {line}: NameError: name 'nothing' is not defined"
    )


def test_runs_that_fail_alike_are_told_together(picky):
    path, _ = picky
    names = ["correlation_matrix", "learning_matrix", "delta_rule", "minerva"]
    failed = score.score(names, [str(path)], quick=True).failed
    assert failed.startswith(f"4 runs failed: {', '.join(f'{n} on picky' for n in names[:3])} and 1 more: ")
    assert failed.count("NameError") == 1


def test_a_paradigm_that_cannot_be_loaded_ends_the_score_before_it_runs(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def broken(:\n")
    with pytest.raises(UserError, match="cannot import .*broken.py, line 1: SyntaxError"):
        score.score(["modern_hopfield"], [TINY, str(path)], progress=lambda done, total: pytest.fail("it ran"))


def test_the_command_writes_what_is_good_and_tells_what_failed(picky, tmp_path):
    path, line = picky
    words = ["score", "--quick", "--memory", "modern_hopfield", "--memory", "delta_rule", "--workers", "1"]
    told = CliRunner().invoke(cli.app, [*words, "--paradigm", str(path), "--out", str(tmp_path / "r")])
    assert told.exit_code == 1
    assert "delta_rule on picky: " in told.output
    assert f"line {line}: NameError" in told.output
    kept = xr.load_dataset(tmp_path / "r" / "score.nc")
    assert kept.verdict.sel(effect="picky: recalls").values.tolist() == [YES, NOT_RUN]


def test_the_command_writes_table_picture_and_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- full score -->\n<!-- end of full score -->\n")
    words = ["score", "--quick", "--memory", "linear_attention", "--workers", "1", "--paradigm", TINY]
    words += ["--out", str(tmp_path / "r"), "--page", str(page)]
    told = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert told.exit_code == 0
    assert xr.load_dataset(tmp_path / "r" / "score.nc").memory.values.tolist() == ["linear_attention"]
    assert (tmp_path / "r" / "score.png").stat().st_size > 1000
    assert "| linear_attention |" in page.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["modern_hopfield", "hopfield", "correlation_matrix"])
def test_the_page_says_what_the_memories_do(memory):
    scored = score.score([memory], workers=2)
    rows = [line for line in scoreboard.full(scored).splitlines() if line.startswith(f"| {memory} ")]
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8").splitlines()
    assert rows == [line for line in page if line.startswith(f"| {memory} ")]
