"""How much travels at once; needed before any model is loaded."""

from typing import Final

PIECE: Final = 4 * 1024 * 1024  # bytes of one PATCH
