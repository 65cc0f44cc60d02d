"""Addresses from which nobody comes in."""
