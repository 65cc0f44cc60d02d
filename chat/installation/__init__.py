"""The chat as an installed app: its manifest, its service worker, and the page that stands in without a network.

May touch: the instance's name. Leaves to others: all that belongs to a person.
"""
