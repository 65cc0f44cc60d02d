"""Starting, stopping, refusing: the product as an operator meets it."""
