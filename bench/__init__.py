"""Measures the product as it is really started, beside its peers; docs/performance.md is made here."""
