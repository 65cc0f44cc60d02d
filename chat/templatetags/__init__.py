"""What templates may call: icons, and the list of style sheets and modules."""
