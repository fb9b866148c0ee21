"""Continuous report: how likely each error is, under mixtures and under accounts that derive the mixture from memory.

Mixtures have a probability of guesses, of swaps and a precision, pooled or for each condition. The key-value accounts
derive all three, for every set size, from the match of keys and the noise of values. All are functions of the same
trials (`neuromem.precision.trials`), so that they can be fitted and compared.
"""
