"""The CPU time of a measured server: with other work on the machine, rates say little, and this says what a call costs.

The server answers every line of its input with the CPU time that it has had so far, until its input is closed.
"""

import asyncio
import subprocess
import sys
import time


async def until_closed() -> None:
    """Be the server's end."""
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.buffer.readline):
        sys.stdout.buffer.write(b"%d\n" % time.process_time_ns())
        sys.stdout.buffer.flush()


def spent(server: "subprocess.Popen[bytes]") -> float:
    """Return the seconds of CPU time that *server* has had so far."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(b"\n")
    server.stdin.flush()
    return int(server.stdout.readline()) / 1e9
