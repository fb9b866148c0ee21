"""Faults of networks that settle."""

from faults.fault import Fault, law
from neuromem.models import settling

FAULTS = {
    "a unit without a field turns": Fault(
        "neuromem.models.settling",
        "np.full(n_units, -least))",
        "np.full(n_units, np.inf))",
        "test_hopfield.test_a_fresh_network_returns_the_cue",
    ),
    "fields do not follow the units": Fault(
        "neuromem.models.settling",
        "field[q, i] += change * weight[unit, i]",
        "pass",
        "test_settling.test_two_units_that_differ_agree_once_the_first_has_turned_by_hand",
        {"loop": settling.one_by_one.plain},
    ),
    "queries that have stopped go on": Fault(
        "neuromem.models.settling",
        "at = np.flatnonzero(~(converged | cycle))",
        "at = np.arange(x.shape[1])",
        "test_hopfield.test_synchronous_updates_of_two_antiphase_units_cycle_by_hand",
    ),
    "strength is the energy of the answer": Fault(
        "neuromem.models.hopfield",
        "-settled.energy[:, 0] / len(weight)",
        "-settled.energy[:, -1] / len(weight)",
        *law("answers.test_a_stored_cue_is_stronger_than_an_unrelated_one", "hopfield"),
    ),
    "units hear themselves": Fault(
        "neuromem.models.diluted_hopfield",
        "np.sort(drawn + (drawn >= np.arange(d_key)[:, None]), axis=1)",
        "np.sort(drawn, axis=1)",
        "test_hopfield_family.test_each_unit_hears_its_share_of_the_others_and_not_itself",
    ),
    "a unit's own state counts": Fault(
        "neuromem.models.dense_network",
        "others = alike - pattern[:, unit, None] *",
        "others = alike - 0 * pattern[:, unit, None] *",
        "test_modern_hopfield.test_a_sweep_takes_each_unit_to_its_lower_energy",
        {"memory": "dense_network", "dynamics": "asynchronous"},
    ),
    "the energy is that of the step before": Fault(
        "neuromem.models.continuous_hopfield",
        "energy[going, n:] = now[:, None]",
        "energy[going, n + 1 :] = now[:, None]",
        "test_modern_hopfield.test_each_step_is_one_of_the_modern_hopfield_network",
    ),
    "processes of an astrocyte are not coupled": Fault(
        "neuromem.models.tripartite_dynamics",
        "p += self.coupled(psi) + g",
        "p += g",
        "test_neuron_astrocyte.test_rates_are_the_equations_with_the_tensor_written_out",
        {"lost": 0.0},
    ),
}
