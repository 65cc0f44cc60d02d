"""The living demo: people, rooms and two weeks of talk that `manage.py populate` writes.

May touch: models, to write them in bulk. Leaves to others: what happens live (`flood` posts by the action).
"""
