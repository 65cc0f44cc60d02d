from tests.accounts.base import _fresh_limits

__all__ = ["_fresh_limits"]
