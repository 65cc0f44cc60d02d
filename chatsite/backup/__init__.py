"""One file that holds the whole site, and the proof that it can be put back."""
