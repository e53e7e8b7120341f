"""The local engine: spawned workers that live for the whole run, one task at a time each.

Spawned, never forked: Polars, torch, faiss and implicit hang when forked after use. One thread per
worker, so that any number of workers gives the same bytes. A worker may die (a decoder hit bad
input, the kernel wanted memory): its task is tried once more in a fresh worker, then the stage
fails and names the bucket.
"""

from __future__ import annotations

import contextlib
import gc
import math
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any

from jobs.run.memory import resident_mb
from jobs.run.task import Task, TaskResult
from schemas.errors import OutsideServiceError

if TYPE_CHECKING:
    from jobs.run.execute import Worker

_THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
ONE_THREAD = dict.fromkeys(_THREAD_COUNTS, "1") | {"PYTHONHASHSEED": "0", "TOKENIZERS_PARALLELISM": "false"}
_TRIES = 2
_STOP_S = 5.0
# Above what Great Expectations leaves in a worker (770 MB with the libraries of all other stages, after the audit of a
# small night): it takes 5 s to load, and three stages of a night use it.
_LARGE_MB = 1024.0
# Python's own (700, 10, 10) walks through all that the imported libraries made, again and again.
_COLLECT_AFTER = (50_000, 20, 50)


@contextmanager
def one_thread_environment() -> Iterator[None]:
    """The environment that workers are started in; ours is put back afterwards."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True, slots=True)
class _Died:
    """What a worker says that cannot go on: a library panicked, or wanted the process to end."""

    why: str


class _Hand:
    """One worker process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        with one_thread_environment():
            self.process: SpawnProcess = context.Process(target=_work, args=(theirs,), daemon=False)
            self.process.start()
        theirs.close()
        self.task: Task | None = None

    def give(self, task: Task) -> None:
        self.task = task
        with contextlib.suppress(ConnectionError):  # it just died: its sentinel says so
            self.pipe.send(task)

    def stop(self, *, now: bool) -> None:
        """End the process: after its pipe closes, or at once."""
        self.pipe.close()
        if now:
            self.process.kill()
        self.process.join(_STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class LocalEngine:
    """Runs tasks on up to ``workers`` spawned processes."""

    name = "local"

    def __init__(self, workers: int) -> None:
        self._workers = max(1, workers)
        self._hands: list[_Hand] = []

    def run(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        """Run all tasks; ``done`` is called in this thread as each ends.

        Raises:
            The first error a body raised, or OutsideServiceError for a worker that died twice.
        """
        queue: deque[Task] = deque(tasks)
        tries: dict[str, int] = {}
        limit = hands_for(tasks, self._workers)
        while queue or self._busy():
            self._feed(queue, limit)
            for hand in self._ready():
                task, reply = self._collect(hand)
                if reply is None or isinstance(reply, _Died):
                    tries[task.fingerprint] = tries.get(task.fingerprint, 0) + 1
                    self._bury(hand, task, tries[task.fingerprint], reply)
                    queue.appendleft(task)
                elif isinstance(reply, BaseException):
                    raise reply
                else:
                    done(task, reply)
        self._retire()

    def _retire(self) -> None:
        """Let go of workers that a stage left large (a model, a decoder): the next stage starts small."""
        for hand in list(self._hands):
            if resident_mb(hand.process.pid or 0) > _LARGE_MB:
                self._hands.remove(hand)
                hand.stop(now=False)

    def _busy(self) -> list[_Hand]:
        return [hand for hand in self._hands if hand.task is not None]

    def _idle(self, queue: Sequence[Task]) -> list[_Hand]:
        """Idle workers in the order in which they get work.

        Stages of one task meet in the first, so what one has loaded is there for the next. A stage whose start costs
        much (a model) and may leave its worker too large to be kept begins with the last.
        """
        idle = [hand for hand in self._hands if hand.task is None]
        return idle[::-1] if queue and queue[0].stage.rows_per_worker is not None else idle

    def _feed(self, queue: deque[Task], limit: int) -> None:
        """Give idle workers a task, ``limit`` at once; start workers only while there is work for them."""
        self._hands = [h for h in self._hands if h.task is not None or h.process.is_alive()]
        for hand in self._idle(queue):
            if queue and len(self._busy()) < limit:
                hand.give(queue.popleft())
        while queue and len(self._busy()) < limit and len(self._hands) < self._workers:
            hand = _Hand()
            self._hands.append(hand)
            hand.give(queue.popleft())

    def _ready(self) -> list[_Hand]:
        """Busy workers that answered or died."""
        signs: dict[Any, _Hand] = {}
        for hand in self._busy():
            signs[hand.pipe] = hand
            signs[hand.process.sentinel] = hand
        return list(dict.fromkeys(signs[sign] for sign in wait(list(signs))))

    def _collect(self, hand: _Hand) -> tuple[Task, TaskResult | BaseException | _Died | None]:
        """The worker's answer; None when it died without one."""
        task = hand.task
        assert task is not None  # only busy workers are collected
        reply: TaskResult | BaseException | _Died | None = None
        with contextlib.suppress(EOFError, ConnectionError):
            if hand.pipe.poll():
                reply = hand.pipe.recv()
        hand.task = None
        return task, reply

    def _bury(self, hand: _Hand, task: Task, tries: int, last_words: _Died | None) -> None:
        self._hands.remove(hand)
        hand.stop(now=True)
        if tries >= _TRIES:
            why = last_words.why if last_words else _cause(hand.process.exitcode)
            raise OutsideServiceError(
                f"{task.label}: its worker died {tries} times ({why})",
                fix="look at the input of that bucket, or give the machine more memory; finished buckets are kept.",
            )

    def close(self) -> None:
        """Let idle workers go, end busy ones."""
        for hand in self._hands:
            hand.stop(now=hand.task is not None)
        self._hands.clear()


def hands_for(tasks: Sequence[Task], workers: int) -> int:
    """How many workers these tasks are worth: a worker's start (imports, a model) may cost more than the work.

    Where a stage says how many rows are worth one, no more start than its rows need. Where some of its buckets
    need nothing and the others carry rows of an earlier night over, little is new, and only a share of the workers
    starts, as large as the share of the buckets.
    """
    few = tasks and all(t.carried is not None and t.buckets is not None and len(tasks) < t.buckets for t in tasks)
    share = len(tasks) / (tasks[0].buckets or 1) if few else 1
    each = tasks[0].stage.rows_per_worker if tasks else None
    most = workers if each is None else min(workers, sum(t.rows for t in tasks) // each)
    return max(1, min(most, math.ceil(workers * share - 0.5)))


def _cause(exitcode: int | None) -> str:
    """Why a process ended, in words."""
    if exitcode is None or exitcode >= 0:
        return f"exit status {exitcode}"
    name = signal.Signals(-exitcode).name
    return f"{name}, most likely out of memory" if name == "SIGKILL" else name


def _work(pipe: Connection) -> None:
    """A worker's life: tasks in, results or errors out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    gc.set_threshold(*_COLLECT_AFTER)
    from jobs.run.execute import Worker

    worker = Worker()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            task = pipe.recv()
            reply = _attempt(worker, task)
            pipe.send(reply)
            if isinstance(reply, _Died):
                os._exit(1)  # at once: on the way out of an interpreter it would print its traceback
    worker.close()


def _attempt(worker: Worker, task: Task) -> TaskResult | BaseException | _Died:
    """The result, or the error in a form that survives the way back."""
    try:
        return worker.execute(task)
    except Exception as error:  # noqa: BLE001 - it is raised again in the parent
        error.add_note(f"in {task.label}\n{traceback.format_exc()}")
        return portable(error, task.label)
    except BaseException as error:  # noqa: BLE001 - a panic of Polars, an exit: nobody may catch what is no Exception
        first = (str(error).splitlines() or [""])[0]
        return _Died(f"{type(error).__name__}: {first}" if first else type(error).__name__)


def portable(error: Exception, label: str) -> Exception:
    """``error`` itself when it survives pickling, else its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever a foreign exception does when pickled
        return RuntimeError(f"{label}: {type(error).__name__}: {error}")
    return error


def _leave_with_parent() -> None:
    """End this process when the parent is gone, even by kill -9: nobody waits for its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
