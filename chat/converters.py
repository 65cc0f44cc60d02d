"""Ids in addresses: bounded, so that no number reaches the database that it cannot hold."""

LARGEST = 2**53


class IdConverter:
    regex = "[0-9]{1,16}"

    def to_python(self, value: str) -> int:
        """Raises ValueError, which Django answers with 404, for what no id can be."""
        number = int(value)
        if number > LARGEST:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)
