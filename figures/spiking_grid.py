"""Grid modules in spikes: a bump of 576 cells keeps its place, follows a path, and stands beside its rate model

Four layers of 12 x 12 leaky integrate-and-fire cells on a twisted torus inhibit one another, each sparing what lies in
its own direction. Top left: spikes on a walk, cells ordered by phase along one axis, with the phase that the spikes of
50 ms tell and the true one. Top right: the whole path, in periods, and R^2 of ten walks. Bottom left: how far walks
are from the truth, root mean square over walks with noise of their own, beside rate attractors (`BumpSheet`) that hear
white noise of the same size, in units of the constant drive and of a bump's peak. Bottom right: speed of the bump over
speed asked for. Intervals are of the mean over walks, 95 %.

The spiking bump is the steadier of the two, for it sticks to its cells a little: at low speed it falls behind what is
asked for, and at rest it hardly drifts. The rate attractor, of 400 cells, has no such friction and diffuses. No
published number is held against ours: the papers below have networks of other sizes. The network is built once with a
C++ compiler; without one it runs on NumPy for some minutes.

Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291; Guanella, Kiper & Verschure (2007), Int. J. Neural Syst. 17:231.
"""

from __future__ import annotations

import numpy as np

from neuromem import plot, script
from neuromem.core import cell_rng
from neuromem.effects import mean_interval
from neuromem.scaffolds.continuous_grid import ContinuousGrid
from neuromem.scaffolds.grid import BASIS
from neuromem.scaffolds.path_integration import integration_errors
from neuromem.spiking.grid import GridModules, travelled, velocity_gain
from neuromem.spiking.grid_circuit import TAU_M, phases

REFERENCE = "Burak & Fiete (2009), PLoS Comput. Biol. 5:e1000291"
PARADIGMS = ()
DATA = ()
PUBLISHED = {}
INTERVAL, SAMPLES = 0.1, 100  # seconds; 10 s
SPEEDS = (0.1, 0.25, 0.5, 1.0)  # periods a second
MODULES = GridModules()
SHOWN = 4.0  # seconds of the raster


def compute(*, seed=0, n_subjects=None, workers=1, progress=None):
    """Walks, true phases, errors of the spiking and the rate attractor (walk, sample), and gains (speed, direction)."""
    n = n_subjects or 10
    rng = [cell_rng(seed, "spiking_grid", walk) for walk in range(n)]
    velocity = np.stack([walk(r) for r in rng])
    seeds = [int(r.integers(1 << 31)) for r in rng]
    told = {"walks": MODULES.walk(velocity, interval=INTERVAL, seeds=seeds, workers=workers)}
    report(progress, 1)
    told["rest"] = MODULES.walk(np.zeros_like(velocity), interval=INTERVAL, seeds=seeds, workers=workers)
    report(progress, 2)
    truth = [travelled(v, interval=INTERVAL, gain=1.0, start=np.zeros(2)) for v in velocity]
    told |= {"true": np.stack(truth), "time": INTERVAL * np.arange(SAMPLES + 1), "velocity": velocity}
    told["rate"] = {name: rate_errors(v, seed) for name, v in (("walk", velocity), ("rest", 0 * velocity))}
    seconds = INTERVAL * SAMPLES
    told["gain"] = np.stack([velocity_gain(MODULES, speed=s, seconds=seconds, seeds=(seed,)) for s in SPEEDS])
    report(progress, 3)
    return told


def report(progress, done):
    if progress:
        progress(done, 3)


def walk(rng):
    """Velocities (sample, 2) with speeds up to one period a second and a heading that diffuses."""
    heading, speed = np.cumsum(rng.normal(0, 0.5, SAMPLES)), rng.beta(2, 2, SAMPLES)
    return speed[:, None] * np.stack([np.cos(heading), np.sin(heading)], -1)


def rate_errors(velocity, seed):
    """How far rate attractors are from the truth (walk, sample), in periods, in noise of the same size."""
    period, noise = 5, MODULES.noise / MODULES.background / np.sqrt(TAU_M / 2)
    displacement = INTERVAL * np.cumsum(np.insert(velocity, 0, 0, axis=1), axis=1).swapaxes(0, 1) * period
    start, rng = np.zeros((1, len(velocity), 2)), cell_rng(seed, "spiking_grid", "rate")
    scaffold = ContinuousGrid(periods=(period,), lattice="hexagonal", cells_per_step=4)
    errors = integration_errors(scaffold, displacement, start, interval=INTERVAL, noise=noise, rng=rng)
    return np.linalg.norm(errors[0] @ BASIS["hexagonal"], axis=-1).T / period


def spiking_errors(walks, true):
    """How far the spiking modules are from the truth (walk, sample), in periods, from where they were at first."""
    moved = np.stack([one.phase[0] - one.phase[0, :1] for one in walks])
    return np.linalg.norm((moved - (true - true[:, :1])) @ BASIS["hexagonal"], axis=-1)


def explained(walks, true):
    """R^2 of each walk: the share of the true path's variance, both phases together, that the bump follows."""
    moved = np.stack([one.phase[0] for one in walks])
    return 1 - ((moved - true) ** 2).sum((1, 2)) / ((true - true.mean(1, keepdims=True)) ** 2).sum((1, 2))


def rows(results):
    return {}


def draw(results):
    fig, axes = plot.figure(2, 2, size=(9.0, 6.4))
    raster(axes[0, 0], results)
    path(axes[0, 1], results)
    errors(axes[1, 0], results)
    gains(axes[1, 1], results)
    return fig


def raster(ax, results):
    one, n = results["walks"][0], MODULES.n_side
    at = (one.times > 0) & (one.times < SHOWN)
    plot.raster(ax, one.times[at], phases(n)[one.cells[at] % n**2, 0], color="0.7")
    shown = results["time"] < SHOWN
    for phase, style, label in ((results["true"][0], "k--", "true"), (one.phase[0], "-", "told by spikes")):
        x = phase[shown, 0] % 1
        x = np.where(np.abs(np.diff(x, prepend=x[0])) > 0.5, np.nan, x)
        ax.plot(results["time"][shown], x, style, lw=1.4, label=label)
    ax.set(title="Spikes on a walk", xlabel="time (s)", ylabel="phase of the cell (periods)", ylim=(-0.02, 1.22))
    ax.legend(fontsize=7, ncols=2, loc="upper right")


def path(ax, results):
    for phase, style, label in ((results["true"][0], "k--", "true"), (results["walks"][0].phase[0], "-", "spikes")):
        x, y = ((phase - phase[0]) @ BASIS["hexagonal"]).T
        ax.plot(x, y, style, label=label)
    ax.plot(0, 0, "ko", ms=4)
    told = "Path of 10 s; R$^2$ {:.3f} [{:.3f}, {:.3f}]".format(
        *mean_interval(explained(results["walks"], results["true"]))
    )
    ax.set(title=told, xlabel="x (periods)", ylabel="y (periods)", aspect="equal")
    ax.legend(fontsize=7)


def errors(ax, results):
    still = np.zeros_like(results["true"])
    shown = {
        "spikes, walking": (results["time"], spiking_errors(results["walks"], results["true"]), "-", 0),
        "spikes, at rest": (results["time"], spiking_errors(results["rest"], still), "--", 0),
        "rate, walking": (results["time"][1:], results["rate"]["walk"], "-", 1),
        "rate, at rest": (results["time"][1:], results["rate"]["rest"], "--", 1),
    }
    for name, (time, error, style, color) in shown.items():
        ax.plot(time, np.sqrt((error**2).mean(0)), style, color=plot.COLORS[color], label=name)
    drift = np.sqrt(np.maximum(mean_interval(spiking_errors(results["rest"], still)[:, -1] ** 2), 0))
    told = "At rest {:.3f} [{:.3f}, {:.3f}] after 10 s".format(*drift)
    ax.set(title=told, xlabel="time (s)", ylabel="error, root mean square (periods)", ylim=(0, None))
    ax.legend(fontsize=7)


def gains(ax, results):
    ax.axhline(1, color="0.6", lw=0.8, zorder=0, label="as asked for")
    plot.points(ax, SPEEDS, results["gain"].T, label="mean of six directions")
    ax.set(title="Gain of velocity", xlabel="speed (periods/s)", ylabel="speed of the bump / speed", ylim=(0.8, 1.2))
    ax.legend(fontsize=7, loc="upper left")


if __name__ == "__main__":
    script.figure(__file__)
