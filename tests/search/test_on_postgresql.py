"""What tests/search/test_finding.py says of SQLite holds on PostgreSQL: the very same tests, run once more."""

import os
import subprocess
import sys

import psycopg

from tests.stores import ROOT, clean_environment, database_copy

SAME = "tests/search/test_finding.py"


def test_the_same_is_found_on_postgresql() -> None:
    with database_copy() as url:
        environment = clean_environment() | {"DATABASE_URL": url, "TEST_KEEPS_DATABASE": "yes"}
        environment.pop("PYTEST_XDIST_WORKER", None)
        environment.pop("DATA_DIR", None)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--reuse-db",
            SAME,
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout[-4_000:] + os.linesep + done.stderr[-1_000:]


PUT = """
    SELECT chat_search_put(jsonb_populate_record(NULL::chat_message, jsonb_build_object(
        'id', %s::bigint, 'room_id', %s::bigint, 'author_id', 1, 'kind', 'text', 'source', 'tide', 'withheld', '',
        'created_at', '2026-11-23T12:00:00.001Z')))
"""


def test_rooms_that_write_in_the_same_millisecond_do_not_wait_for_each_other() -> None:
    with database_copy() as url, psycopg.connect(url) as one, psycopg.connect(url) as other:
        one.execute(PUT, [1, 10])
        # `one` is not over, as of a server that is held up.
        other.execute("SET lock_timeout = '2s'")
        other.execute(PUT, [2, 20])
        other.commit()
        one.execute(PUT, [3, 10])
        one.commit()
        kept = one.execute("SELECT message_id FROM chat_searchtext ORDER BY id").fetchall()
    assert kept == [(1,), (2,), (3,)]
