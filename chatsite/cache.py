"""How values rest in the Redis cache."""

import json
from typing import Any


class JSONSerializer:
    """JSON instead of pickle; integers stay as they are, so that Redis can count them."""

    def dumps(self, value: object) -> int | bytes:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
