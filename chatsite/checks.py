"""System checks: combinations of settings that would lose messages or let strangers in."""
