"""Forced choice after a delay: whether what is no longer told apart was lost at once, or blurred little by little."""
