"""What the client promises, statement by statement, and which test proves each."""
