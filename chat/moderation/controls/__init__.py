"""What a room's moderators set: who writes in it and how fast, and who moderates it."""
