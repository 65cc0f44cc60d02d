"""What moderators tell one person: stays until it was read."""
