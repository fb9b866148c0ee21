"""Many jobs on processes or on a dask scheduler; jobs whose worker died are done again by another."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from neuromem.errors import UserError

MOST_DEATHS = 3  # in a row, before anything is finished
SECONDS_TO_CONNECT = 10

Done = Iterator[tuple[int, Any]]  # the number of a job and what it gave, in the order in which jobs are finished


class WorkerDied(RuntimeWarning):
    """A worker process ended before its job was done."""


def run_all(
    function: Callable[[Any], Any], jobs: Sequence[Any], *, workers: int = 1, scheduler: str | None = None
) -> Done:
    """Each job's number and result as it is finished: in this process, on `workers`, or on a dask `scheduler`."""
    if scheduler is not None:
        return _on_dask(function, jobs, scheduler)
    if min(workers, len(jobs)) > 1:
        return _on_processes(function, jobs, workers)
    return ((number, function(job)) for number, job in enumerate(jobs))


def _on_processes(function: Callable[[Any], Any], jobs: Sequence[Any], workers: int) -> Done:
    """A worker that dies takes its pool with it: what is not finished goes on in a new one."""
    waiting, deaths = dict(enumerate(jobs)), 0
    while waiting:
        try:
            for number, result in _in_one_pool(function, waiting, workers):
                del waiting[number]
                deaths = 0
                yield number, result
        except BrokenProcessPool as error:
            deaths += 1
            if deaths == MOST_DEATHS:
                raise UserError(
                    f"worker processes died {deaths} times before anything was finished: in a script of your own, call "
                    "this below if __name__ == '__main__':, for each worker reads the script; or, for want of memory, "
                    "use fewer workers."
                ) from error
            warnings.warn(f"a worker process died; {len(waiting)} jobs go on in new ones.", WorkerDied, stacklevel=2)


def _in_one_pool(function: Callable[[Any], Any], waiting: dict[int, Any], workers: int) -> Done:
    pool = ProcessPoolExecutor(
        min(workers, len(waiting)), mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent
    )
    with pool:
        try:
            numbers = {pool.submit(function, job): number for number, job in waiting.items()}
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _on_dask(function: Callable[[Any], Any], jobs: Sequence[Any], scheduler: str) -> Done:
    """Dask itself gives the jobs of a worker that was lost to others."""
    try:
        from dask.distributed import Client, as_completed
    except ImportError as error:
        raise UserError('a scheduler needs dask: pip install "neuromem[dask]".') from error
    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(f"no dask scheduler answers at {scheduler}: {error}.") from error
    with client, client.as_current():
        numbers = {client.submit(function, job, pure=False): number for number, job in enumerate(jobs)}
        for future, result in as_completed(numbers, with_results=True):
            yield numbers[future], result
