"""Personal peace: whom somebody wants to hear nothing of, and who may open a conversation with them."""
