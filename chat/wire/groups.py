"""Names of channel-layer groups. Made of numbers only: the layer takes nothing but ASCII, below 100 characters."""

# Every hub of the instance: what they tell one another, never passed on as it is.
HUBS = "hubs"


def room_group(room_id: int) -> str:
    """What all members of a room see."""
    return f"room.{room_id}"


def user_group(user_id: int) -> str:
    """What concerns one person, in all of their tabs."""
    return f"user.{user_id}"
