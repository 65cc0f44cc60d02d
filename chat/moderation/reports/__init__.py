"""Reports of members, gathered into cases; what moderators decide about them."""
