"""Faults of wrappers."""

from faults.fault import Fault, law

FAULTS = {
    "strength is that of the last step": Fault(
        "neuromem.wrappers.iterated",
        "return recall._replace(strength=first.strength)",
        "return recall",
        *law("answers.test_a_stored_cue_is_stronger_than_an_unrelated_one", "iterated"),
    ),
    "the encoder is drawn anew at each use": Fault(
        "neuromem.wrappers.projected",
        "code = token @ state.encoder.astype(token.dtype)",
        "code = token @ _encoder(self.kind, *state.encoder.shape[-2:], rng)",
        *law("answers.test_a_stored_cue_is_stronger_than_an_unrelated_one", "projected"),
    ),
    "the first pairs are kept, not the last": Fault(
        "neuromem.wrappers.limited",
        "keys = np.concatenate([state.key, key], axis=-2)[..., -self.capacity :, :]",
        "keys = np.concatenate([key, state.key], axis=-2)[..., : self.capacity, :]",
        "test_wrappers.test_the_last_pairs_are_kept_exactly",
    ),
}
