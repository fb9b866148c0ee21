"""Memory models, one file per family; to add one is to add a file."""
