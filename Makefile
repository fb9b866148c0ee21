# make demo: a memory model recalls lists beside people.  make test: the tests.  Both set up .venv on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
export OPENBLAS_NUM_THREADS ?= 1
PYTEST := "$(BIN)/python" -m pytest --numprocesses $(WORKERS) --dist worksteal
INSTALL := "$(BIN)/python" -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.PHONY: demo test test-slow lint docs picture score comparison recovery bench wheel constraints clean

demo: $(VENV)/.demo
	@mkdir -p results
	"$(BIN)/python" -m neuromem run list_recall --out results/list_recall.nc --figure results/list_recall.png

test: $(VENV)/.dev
	$(PYTEST) -m "not slow"

test-slow: $(VENV)/.dev
	$(PYTEST) -m slow

lint: $(VENV)/.dev
	"$(BIN)/python" -m ruff check .
	"$(BIN)/python" -m ruff format --check .

docs: $(VENV)/.dev
	"$(BIN)/python" -m sphinx --fail-on-warning --keep-going -q docs docs/_build/html
	@echo "docs/_build/html/index.html"

# The README's picture, from the data that the extra brings, in 128 colours, a quarter of the size.
picture: PICTURE := docs/_static/list_recall.png
picture: $(VENV)/.demo
	@mkdir -p results
	env -u NEUROMEM_DATA "$(BIN)/python" -m neuromem run list_recall --workers $(WORKERS) --out results/list_recall.nc \
		--figure $(PICTURE)
	"$(BIN)/python" -c "from PIL import Image; \
		Image.open('$(PICTURE)').convert('RGB').quantize(128).save('$(PICTURE)', optimize=True)"

# Every memory on every paradigm: the table in README.md and docs/score.md, and its picture.
score: PICTURE := docs/_static/score.png
score: $(VENV)/.dev
	"$(BIN)/python" -m neuromem score --workers $(WORKERS) --page README.md --page docs/score.md
	"$(BIN)/python" -c "from PIL import Image; \
		Image.open('results/score.png').convert('RGB').quantize(16).save('$(PICTURE)', optimize=True)"

# Models of free recall fitted to all people and ranked: the tables and pictures of docs/model_comparison.md (40 minutes).
COMPARE := "$(BIN)/python" -m neuromem compare --effort quick --workers $(WORKERS) --page docs/model_comparison.md
PARTS := cmr,random_drift,position_code,delta_storage,slots,power_choice,support_stop,failure_stop
comparison: $(VENV)/.dev
	$(COMPARE) morton2013 --restarts 3 --models $(PARTS),cmr_category,grid_phase,max_with_noise,sam
	$(COMPARE) peers_notask --subjects 60 --models $(PARTS),grid_phase
	$(COMPARE) murdock1962_1s --by length --together --models $(PARTS),failure_stop_4
	$(COMPARE) murdock1962_2s --by length --together --models $(PARTS),failure_stop_4
	"$(BIN)/python" docs/small_picture.py results/compare_morton2013.png results/compare_peers_notask.png \
		results/compare_murdock1962_1s_length.png

# What such fits find of what is known: the tables of docs/recovery.md (15 minutes), once 'make comparison' has run.
RECOVER := "$(BIN)/python" -m neuromem recover --workers $(WORKERS) --page docs/recovery.md
recovery: $(VENV)/.dev
	"$(BIN)/python" -m neuromem fit cmr morton2013 --workers $(WORKERS) --out results/fit_cmr.nc
	$(RECOVER) cmr morton2013 --subjects 100 --like results/fit_cmr.nc
	$(RECOVER) $(subst failure_stop,grid_phase,$(PARTS)) morton2013 --subjects 8 --effort quick \
		--like results/compare_morton2013.nc

bench: $(VENV)/.dev
	"$(BIN)/python" -m tests.benchmarks

wheel: $(VENV)/.dev
	"$(BIN)/python" -m build --quiet

# Resolves anew, from PyPI, the versions that the tests have seen; run it with each supported Python in turn.
constraints:
	"$(PYTHON)" .ci/constraints.py

clean:
	rm -rf "$(VENV)" dist docs/_build results

$(VENV)/bin/python:
	"$(PYTHON)" -m venv "$(VENV)"

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable ".[demo]"
	@touch "$@"

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable ".[dev]"
	@touch "$@" "$(VENV)/.demo"
