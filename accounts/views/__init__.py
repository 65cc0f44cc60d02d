"""The HTTP doors: forms in, actions, pages or redirects out."""
