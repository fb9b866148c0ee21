"""The rule of layers: a module imports from its own layer and those below; what is heavy loads on first use."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import neuromem

ROOT = Path(neuromem.__file__).parent
LAYERS = [  # the lowest first
    {"core", "errors"},
    {
        "checks",
        "patterns",
        "damage",
        "similarity",
        "separation",
        "kernels",
        "likelihood",
        "compiled",
        "hamming",
        "feature_maps",
        "manipulate",
        "synapses",
        "two_states",
        "plasticity",
        "settings",
    },
    {"models", "scaffolds", "spiking", "wrappers"},
    {"measures", "data", "recall", "precision", "forced_choice", "recognition"},
    {
        "contract",
        "effects",
        "paradigm",
        "registry",
        "provenance",
        "results",
        "run",
        "compare",
        "score",
        "sweep",
        "fit",
        "ledger",
    },
    {
        "plot",
        "report",
        "scoreboard",
        "marked_page",
        "comparison_page",
        "recovery_page",
        "hierarchical_report",
        "script",
        "cli",
        "__main__",
    },
]
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted(ROOT.rglob("*.py"))
    if path != ROOT / "__init__.py" and not path.relative_to(ROOT).parts[0].startswith(("_paradigms", "_figures"))
}
TREES = {name: ast.parse(path.read_text()) for name, path in FILES.items()}
every_module = pytest.mark.parametrize("module", FILES)


def part(module):
    """neuromem's own part that a module belongs to: models.slots -> models."""
    return module.partition(".")[0]


def imports(module):
    """The full names of all that a module imports, wherever in the file."""
    found = []
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def own_parts(module):
    """The parts of neuromem that a module imports from."""
    named = [name.split(".")[1] for name in imports(module) if name.startswith("neuromem.")]
    return {name for name in named if name in RANK or (ROOT / name).exists() or (ROOT / f"{name}.py").exists()}


def libraries(module):
    return {name.partition(".")[0] for name in imports(module)} - {"neuromem"} - sys.stdlib_module_names


@every_module
def test_every_module_has_a_layer(module):
    assert part(module) in RANK


@every_module
def test_a_module_imports_from_its_own_layer_and_those_below(module):
    assert {p for p in own_parts(module) if RANK[p] > RANK[part(module)]} == set()


@every_module
def test_neuromem_imports_neither_paradigms_nor_figures(module):
    roots = {name.partition(".")[0] for name in imports(module)}
    assert not roots & {"paradigms", "figures", "neuromem_paradigms", "neuromem_figures", "tests"}


@every_module
def test_psifr_torch_and_tensorflow_are_never_imported(module):
    assert not libraries(module) & {"psifr", "torch", "tensorflow"}


@pytest.mark.parametrize("module", [m for m in FILES if part(m) != "spiking"])
def test_brian2_is_imported_in_spiking_only(module):
    assert "brian2" not in libraries(module)


@pytest.mark.parametrize("module", [m for m in FILES if RANK.get(part(m), 0) < len(LAYERS) - 1])
def test_below_the_top_layer_nothing_draws_or_prints_in_colour(module):
    assert not libraries(module) & {"matplotlib", "rich", "typer"}


def test_the_core_imports_numpy_only():
    assert libraries("core") == {"numpy"}
    assert own_parts("core") == set()


HEAVY = ["xarray", "scipy", "matplotlib", "numba", "brian2", "jax", "pandas", "zarr", "h5netcdf", "sklearn", "rich"]


@pytest.mark.parametrize(
    "statement",
    [
        "import neuromem",
        "from neuromem import Memory, cell_rng",
        "from neuromem.models import kernel_aliases, hopfield",
    ],
)
def test_what_is_heavy_loads_on_first_use(statement):
    show = f"import sys; {statement}; print(*(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
