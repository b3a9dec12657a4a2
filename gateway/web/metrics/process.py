"""The process itself, by the names that every exporter has for it; from /proc/self, as systemd may hide all else."""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

PROC = Path("/proc/self")
_USER, _SYSTEM, _STARTED, _VIRTUAL, _RESIDENT = 11, 12, 19, 20, 21
"""Fields of `stat` behind the name of the program, see proc_pid_stat(5)."""


class Process:
    """Memory, time on the processor, start and open files. What cannot be read is left out."""

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._ticks = os.sysconf("SC_CLK_TCK")
        self._booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def collect(self) -> Iterator[Metric]:
        """As it is now."""
        try:
            yield from self._running()
            yield from self._files()
        except (OSError, ValueError, IndexError):
            return

    def _running(self) -> Iterator[Metric]:
        fields = (self._proc / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        spent = (int(fields[_USER]) + int(fields[_SYSTEM])) / self._ticks
        started = self._booted + int(fields[_STARTED]) / self._ticks
        yield _gauge("virtual_memory_bytes", "Virtual memory size in bytes.", int(fields[_VIRTUAL]))
        resident = int(fields[_RESIDENT]) * resource.getpagesize()
        yield _gauge("resident_memory_bytes", "Resident memory size in bytes.", resident)
        yield _gauge("start_time_seconds", "Start time of the process since unix epoch in seconds.", started)
        yield CounterMetricFamily("process_cpu_seconds", "Total user and system CPU time spent in seconds.", spent)

    def _files(self) -> Iterator[Metric]:
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = float("inf") if most == resource.RLIM_INFINITY else most
        yield _gauge("open_fds", "Number of open file descriptors.", sum(1 for _ in (self._proc / "fd").iterdir()))
        yield _gauge("max_fds", "Maximum number of open file descriptors.", limit)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"process_{name}", told, float(value))
