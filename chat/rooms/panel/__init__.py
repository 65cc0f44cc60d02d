"""What stands beside a room's record: its people, its pins, its days."""
