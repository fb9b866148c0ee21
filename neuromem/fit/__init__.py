"""Models fitted to people: maxima of the likelihood, comparison, recovery, groups; of any family of behaviour."""
