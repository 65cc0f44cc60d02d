"""Run as a program, apart from everything: colours a text that a stranger wrote.

    python -I colouring.py LANGUAGE < TEXT > HTML

Lexers are made of patterns, and nearly every one has an input that it needs minutes for: they end with the process.
Any other end than 0 says that the text stays plain.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

MOST_PIECES = 12_000
# What is coloured within half a second stays; what is left of the process's time is for one pattern that hangs.
SECONDS, CPU_SECONDS = 0.5, 2
MEMORY = 1 << 29


def limit_oneself() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def main() -> None:
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from chat.text.code import coloured

    limit_oneself()
    text = sys.stdin.buffer.read().decode()
    html = coloured(text, sys.argv[1], most=MOST_PIECES, seconds=SECONDS)
    sys.stdout.buffer.write(html.encode())


if __name__ == "__main__":
    main()
