"""What browsers fetch for everybody alike: the installed app's manifest and service worker, the emoji, a page that
stands in without a network.

May touch: the instance's name. Leaves to others: all that belongs to a person.
"""
