"""Files and connections that this process may have open at once: each browser tab is one."""

from __future__ import annotations

import resource

from chatsite.environment import Refused

FEWEST = 512
WANTED = 65_536


def raise_limit() -> None:
    """Raise this process's own limit as far as the system lets it; raises Refused where that is too little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = WANTED if hard == unlimited else min(WANTED, hard)
    if soft != unlimited and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != unlimited and soft < FEWEST:
        raise Refused(
            f"This process may open {soft} files at once, and needs {FEWEST} or more; "
            f"raise the limit (`ulimit -n {WANTED}`, or LimitNOFILE={WANTED} in its unit) and start again."
        )
