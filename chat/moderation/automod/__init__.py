"""Automatic rules: writing them, trying them on the last week, and what follows when one is broken."""
