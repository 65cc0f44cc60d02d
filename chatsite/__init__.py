"""The composition root: settings, doors, servers. Imports everything below; nothing below imports it."""
