"""When people talk: in bursts, by day more than by night, on working days more than at weekends."""

from datetime import datetime, timedelta
from random import Random

DAYS = 14
# Relative to the busiest hour of a working day, by hour from midnight.
_HOURS = (
    0.02,
    0.01,
    0,
    0,
    0,
    0.02,
    0.1,
    0.3,
    0.7,
    1,
    1,
    0.8,
    0.4,
    0.7,
    1,
    0.9,
    0.8,
    0.6,
    0.3,
    0.2,
    0.2,
    0.15,
    0.1,
    0.05,
)
_WEEKEND = 0.12
# Seconds between two messages of one conversation.
_PAUSE = 75.0


def bursts(rng: Random, count: int, *, until: datetime) -> list[datetime]:
    """`count` beginnings of conversations in the fortnight before `until`, in order."""
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [
        midnight - timedelta(days=day) + timedelta(hours=hour) for day in range(DAYS) for hour in range(24)
    ]
    moods = [rng.uniform(0.4, 1.3) for _ in range(DAYS)]
    weights = [
        _HOURS[hour.hour] * (_WEEKEND if hour.weekday() >= 5 else 1) * moods[index // 24] * (hour < until)
        for index, hour in enumerate(hours)
    ]
    # At night and on a Sunday nothing but the past fortnight is left; never are all of the weights zero.
    starts = rng.choices(hours, weights, k=count)
    return sorted(min(start + timedelta(seconds=rng.uniform(0, 3599)), until) for start in starts)


def pauses(rng: Random, start: datetime, count: int, *, until: datetime) -> list[datetime]:
    """The moments of `count` messages that begin at `start`."""
    moments = []
    for _ in range(count):
        moments.append(min(start, until))
        start += timedelta(seconds=5 + rng.expovariate(1 / _PAUSE))
    return moments
