"""Small pictures: of people, of rooms, of emoji. Sent in one request, encoded anew, kept like files, seen by members."""
