"""Faults of memories in spikes: windows and builds, equations and gates of circuits, and what is told of a run.

What needs a run of a network is slow.
"""

from faults.fault import Fault

FAULTS = {
    # the layer
    "a signal goes on in windows that have none": Fault(
        "neuromem.spiking.experiment",
        "return np.zeros((1, *shape))",
        "return np.ones((1, *shape))",
        "test_spiking_experiment.test_windows_become_courses_at_their_coarsest_common_step",
    ),
    "the key of a build leaves out the sizes": Fault(
        "neuromem.spiking.build",
        "{name: np.asarray(value).tolist() for name, value in circuit.parameters.items()}",
        "{}",
        "test_spiking_build_key.test_what_asks_for_another_build",
        {"changed": "the sizes"},
    ),
    "the key of a build leaves out the time step": Fault(
        "neuromem.spiking.build",
        "(experiment.step, experiment.n_steps)",
        "round(experiment.duration, 9)",
        "test_spiking_build_key.test_what_asks_for_another_build",
        {"changed": "the time step"},
    ),
    "the key of a build leaves out the model": Fault(
        "neuromem.spiking.build",
        "source_of(circuit.make)",
        "[]",
        "test_spiking_build_key.test_another_version_or_another_model_asks_for_another_build",
    ),
    "a seed is not passed on to the compiled run": Fault(
        "neuromem.spiking.build",
        "env=os.environ | {SEED: str(seed)}",
        "env=os.environ | {SEED: '10'}",
        "test_spiking_build.test_a_binary_is_given_its_values_and_its_seed",
    ),
    "the seed of a trial is passed over": Fault(
        "neuromem.spiking.simulation",
        "b.seed(seed)",
        "b.seed(0)",
        "test_spiking_simulation.test_a_trial_is_its_experiment_start_and_seed_alone",
    ),
    "all cues have the same spikes": Fault(
        "neuromem.spiking.blocks",
        "rng.integers(1 << 63, size=n)",
        "np.repeat(rng.integers(1 << 63), n)",
        "test_spiking_simulation.test_each_cue_has_spikes_of_its_own_however_many_follow",
    ),
    # slots
    "slots that are closed learn keys": Fault(
        "neuromem.spiking.three_factor_circuit",
        "rate * modulator(t) * gate_post * (clip(x_pre, 0, most) - w)",
        "rate * modulator(t) * (clip(x_pre, 0, most) - w)",
        "test_spiking_three_factor.test_eq_12_at_one_synapse_with_prescribed_spikes",
        slow=True,
    ),
    "slots that are closed learn values": Fault(
        "neuromem.spiking.three_factor_circuit",
        "rate * modulator(t) * gate_pre * clip(a_pre, 0, 1) * (clip(y_post, 0, most) - w)",
        "rate * modulator(t) * (clip(y_post, 0, most) - w)",
        "test_spiking_three_factor.test_eq_13_at_one_synapse_from_the_spikes_on_both_sides",
        slow=True,
    ),
    "a plateau leaves the race to the others": Fault(
        "neuromem.spiking.three_factor_circuit",
        '"throw": "u_post = thrown"',
        '"throw": "u_post = u_post"',
        "test_spiking_three_factor.test_order_of_events_one_plateau_a_write_and_slots_in_turn",
        slow=True,
    ),
    # the hippocampal index
    "events are counted in the window beside theirs": Fault(
        "neuromem.spiking.index_runs",
        "np.floor(times / WINDOW + 1e-6)",
        "np.rint(times / WINDOW + 1e-6)",
        "test_spiking_index.test_events_are_counted_in_their_windows",
    ),
    "an engram is tagged in the window of another step": Fault(
        "neuromem.spiking.index_runs",
        "engram[first:last] = tagged[writes]",
        "engram[first:last] = tagged[: len(writes)]",
        "test_spiking_windows.test_a_pair_that_is_written_after_a_read_has_the_engram_of_its_own_window",
        slow=True,
    ),
    "the index learns while it recalls": Fault(
        "neuromem.spiking.index_circuit",
        "w + rate * modulator(t) * int(",
        "w + rate * int(",
        "test_spiking_index.test_nothing_is_learned_where_the_modulator_is_off",
        slow=True,
    ),
    "mossy fibres transmit while recalling": Fault(
        "neuromem.spiking.index_circuit",
        '"current" + sent.format(" * modulator(t)", "dentate_unit", "tau_s")',
        '"current" + sent.format("", "dentate_unit", "tau_s")',
        "test_spiking_index.test_mossy_fibres_transmit_while_encoding_alone_and_what_learns_while_recalling_alone",
        slow=True,
    ),
    # grid modules
    "one axis of velocity is turned round": Fault(
        "neuromem.spiking.grid_circuit",
        "+ velocity(t, 1) * north",
        "- velocity(t, 1) * north",
        "test_spiking_grid.test_velocity_drives_each_layer_along_its_direction_by_the_gain_of_its_module",
    ),
    "all modules have one gain": Fault(
        "neuromem.spiking.grid",
        "np.repeat(gains, self.n_cells)",
        "np.repeat(1.0, n)",
        "test_spiking_grid.test_velocity_drives_each_layer_along_its_direction_by_the_gain_of_its_module",
    ),
    "layers inhibit what lies in their direction": Fault(
        "neuromem.spiking.grid_circuit",
        "(at[None] - (at + shift)[:, None])",
        "(at[None] - (at - shift)[:, None])",
        "test_spiking_grid.test_each_layer_spares_what_lies_in_its_direction",
    ),
    "noise that is heard takes the place of that of the cells": Fault(
        "neuromem.spiking.grid_scaffold",
        "np.hypot(self.modules.noise, heard)",
        "heard",
        "test_spiking_grid.test_noise_that_is_heard_adds_in_variance_to_that_of_the_cells",
    ),
    # Vector-HaSH
    "shifters lead back": Fault(
        "neuromem.spiking.vector_hash_circuit",
        "(phase[:, None] + MOVES) % period",
        "(phase[:, None] - MOVES) % period",
        "test_spiking_vector_hash.test_shifters_lead_to_the_cell_that_a_shift_of_the_ideal_grid_makes_active",
    ),
    "a silent module holds a place": Fault(
        "neuromem.spiking.vector_hash",
        "self.scaffold.clean(code) * (code > 0)",
        "self.scaffold.clean(code)",
        "test_spiking_vector_hash.test_silence_of_a_module_has_no_address_and_is_no_place",
    ),
    "weights from the senses grow without bound": Fault(
        "neuromem.spiking.vector_hash_circuit",
        "clip(x_pre, 0, 1) * clip(a_post, 0, 1) * (1 - w)",
        "clip(x_pre, 0, 1) * clip(a_post, 0, 1)",
        "test_spiking_vector_hash.test_both_rules_at_one_synapse_follow_from_the_spikes",
        slow=True,
    ),
}
