"""Warnings, mutes, removals, suspensions and bans: put on with a reason and an end, and taken back."""
