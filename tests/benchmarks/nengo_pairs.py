"""Nengo's associative memory on given pairs, in an environment of its own: what it answers, and what that costs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np


def answers(folder: Path, key: np.ndarray, value: np.ndarray, cue: np.ndarray) -> tuple[np.ndarray, dict]:
    """Its answers (set, pair, unit) to the cues, one network for each set of pairs; its version, and CPU seconds.

    OSError or SubprocessError where nengo cannot be installed into an environment within `folder`, or run there.
    """
    python = environment(folder)
    np.savez(folder / "pairs.npz", key=key, value=value, cue=cue)
    done = subprocess.run(
        [python, "-c", NENGO, folder], check=True, capture_output=True, text=True, timeout=600, cwd=folder
    )
    return np.load(folder / "answer.npy"), json.loads(done.stdout.splitlines()[-1])


def environment(folder: Path) -> Path:
    """The interpreter of a new environment with nengo."""
    told = {"check": True, "capture_output": True, "timeout": 300, "cwd": folder}
    subprocess.run([sys.executable, "-m", "venv", "venv"], **told)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "nengo"], **told)
    return python


NENGO = """
import json, sys, time
import numpy as np
import nengo
from nengo.networks import AssociativeMemory

WINDOW, LAST = 0.15, 0.05
told = np.load(f"{sys.argv[1]}/pairs.npz")
sets = [x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (told["key"], told["value"], told["cue"])]
imported = time.process_time()
answers, cold, warm = [], [], []
for seed, (key, value, cue) in enumerate(zip(*sets)):
    begun = time.process_time()
    with nengo.Network(seed=seed) as model:
        memory = AssociativeMemory(input_vectors=key, output_vectors=value, n_neurons=50, threshold=0.3, seed=seed)
        memory.add_wta_network(1.5)
        given = nengo.Node(lambda t: cue[min(int(t / WINDOW - 1e-6), len(cue) - 1)])
        nengo.Connection(given, memory.input, synapse=None)
        probe = nengo.Probe(memory.output, synapse=0.02)
    with nengo.Simulator(model, progress_bar=False) as simulator:
        built = time.process_time()
        simulator.run(WINDOW * len(cue))
        warm.append((time.process_time() - built) / (WINDOW * len(cue)))
        cold.append(imported + built - begun)
        got = simulator.data[probe].reshape(len(cue), -1, cue.shape[1])
    answers.append(got[:, -round(LAST / simulator.dt):].mean(1))
np.save(f"{sys.argv[1]}/answer.npy", answers)
print(json.dumps({"version": nengo.__version__, "cold": cold, "warm": warm}))
"""
