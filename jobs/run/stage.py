"""The stage record, and what stages share: strings only, so that a DAG file can load the pipeline for nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """A settings section as the body of a stage takes it.

    Args:
        keyword: by which the body takes them.
        section: of the settings.
        kind: ``"module:Class"`` of the frozen dataclass.
    """

    keyword: str
    section: str
    kind: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the night.

    Args:
        name: unique, snake_case.
        run: ``"module:function"`` of the body. It takes every table in ``reads``, by keyword
            or, if they are more than four, as fields of one record ``inputs``; by keyword every
            tool in ``tools`` and, where its signature asks for them, ``params``, ``seeds``
            (:class:`features.seeds.Seeds`), ``night`` (:class:`features.night.Night`) and
            ``carried``. It returns a dict of frames whose keys equal ``writes``.
        reads: tables it needs: of this night, ``landing_*``, or a look-back (LOOKBACKS).
        writes: tables it makes; each table has one producer.
        version: raised by hand whenever the same inputs give other outputs.
        split: key of the hash buckets it runs over, or None when it must see everything.
            Inputs bucketed by the same key arrive bucket by bucket, others whole.
        params: ``"module:Class"`` of its own frozen parameters, section ``[name]``, taken as ``params``.
        with_params: parameters of other sections that it needs as they are in force, each by its keyword.
        tools: things that touch the world, opened by the runner in each worker.
        carries: the output table whose rows are handed back as ``carried`` (rows of the
            latest earlier version, any night) so that the body reuses those whose
            ``content_key`` it needs again. Must not change what comes out.
        ledger: an output table of what failed, handed back as ``ledger`` in the same way, so
            that what failed for good is not tried every night.
        outside: ``"module:function"`` that tells whether what a task left outside the lake is still there; it
            takes tables of ``writes`` and tools by keyword. Where it is not, the task runs again.
        spark: ``"module:function"`` of the Spark twin of a stage that cannot be split.
        rows_per_worker: so many rows of its first input are worth the start of one more worker (imports, a model);
            None = any number.
        doc: one line for people: CLI, DAG, report.
    """

    name: str
    run: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    version: int = 1
    split: str | None = None
    params: str | None = None
    with_params: tuple[Parameters, ...] = ()
    tools: tuple[str, ...] = ()
    carries: str | None = None
    ledger: str | None = None
    outside: str | None = None
    spark: str | None = None
    rows_per_worker: int | None = None
    doc: str = ""

    @property
    def parameters(self) -> tuple[Parameters, ...]:
        """All that it takes from the settings, its own first."""
        own = (Parameters("params", self.name, self.params),) if self.params else ()
        return own + self.with_params


@dataclass(frozen=True, slots=True)
class Lookback:
    """An input read from earlier nights of the lake.

    Args:
        table: the table looked back upon.
        nights: how many nights before ``ds``.
        newest: only the newest of these nights that has the table.
        latest_per: when set, only the newest row per these columns; else all rows with ``ds``.
    """

    table: str
    nights: int
    latest_per: tuple[str, ...] = ()
    newest: bool = False


LOOKBACKS: dict[str, Lookback] = {
    "last_tracks": Lookback("tracks", nights=14, newest=True),
    "history": Lookback("daily_lists", nights=14),
    "ranking_history": Lookback("ranking_log", nights=7),
    "ranker_history": Lookback("ranker", nights=14),
    "last_candidates": Lookback("candidates", nights=1),
    "last_lists": Lookback("daily_lists", nights=1),
    "copy_history": Lookback("list_copy", nights=14),
    "review_history": Lookback("reviews", nights=7, latest_per=("track_id", "language")),
    "header_history": Lookback("headers", nights=90, latest_per=("track_id",)),
}

# Parameters that more than one stage takes.
MEASUREMENTS = Parameters("policy", "measurements", "features.measurement:MeasurementPolicy")
LIST_RULES = Parameters("list_rules", "lists", "features.lists.params:ListParams")
TASTE_RULES = Parameters("taste_rules", "taste", "features.taste.weights:TasteParams")
COLLABORATIVE_RULES = Parameters(
    "collaborative_rules", "collaborative", "features.collaborative.params:CollaborativeParams"
)
CHOICE_RULES = Parameters("choice_rules", "choice", "features.choice.params:ChoiceParams")
CANDIDATE_RULES = Parameters("candidate_rules", "candidates", "features.candidates.sources:CandidateParams")
HEADER_RULES = Parameters("header_rules", "headers", "features.headers.plan:HeaderParams")
REPLAYED_RULES = (TASTE_RULES, COLLABORATIVE_RULES, CHOICE_RULES, CANDIDATE_RULES, LIST_RULES, MEASUREMENTS)
