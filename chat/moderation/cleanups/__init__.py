"""Removing all that somebody wrote, in one act, as a task; and bringing it back in one."""
