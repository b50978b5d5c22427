"""Runs a command several times: measure.py ROUNDS COMMAND...

Prints the median wall time in seconds with the smallest and the largest, and the peak memory. What the command prints goes
to standard error, so that a script can keep the last line of standard output. Needs a Unix (`resource`).
"""
import resource
import statistics
import subprocess
import sys
import time

rounds, command = int(sys.argv[1]), sys.argv[2:]
times = []
for _ in range(rounds):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=sys.stderr)
    times.append(time.perf_counter() - start)
# Linux counts in kilobytes, macOS in bytes.
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(f"{statistics.median(times):.2f} s ({min(times):.2f}-{max(times):.2f} in {rounds} rounds), {peak / 1e6:.0f} MB")
