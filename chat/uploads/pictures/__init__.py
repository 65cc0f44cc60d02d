"""Small pictures: of people, of emoji. Sent whole, encoded anew, kept like files, seen by every member."""
