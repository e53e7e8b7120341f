"""Settings section ``[llm]``: the endpoint, its limits and what a night may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, PositiveFloat, PositiveInt, SecretStr

from jobs.clients.llm.usage import Prices
from jobs.run.sections import parsed
from schemas.credentials import holds_credential, redacted

_NO_SECRET = SecretStr("")


def _http(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("is no http address; write it as https://…/v1")
    try:
        urlsplit(url).port  # noqa: B018 - reading it is the check
    except ValueError:  # which may quote a password
        raise ValueError("is no http address; write special characters of a password as %40, %2F, ...") from None
    return url


def _open(name: str) -> str:
    if holds_credential(name):
        raise ValueError("holds a key or a password; a model's name is written down with every text, api_key never")
    return name


def _sendable(key: SecretStr) -> SecretStr:
    if not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
        raise ValueError("holds characters that no key has; copy the key anew")
    return key


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """Settings section ``[llm]``; docs/guide/endpoints.md explains them for people.

    Args:
        base_url, api_key, model: the endpoint; without URL or key no model writes anything.
        timeout_s: longest one request may take; also the longest silence within it.
        connect_s: longest the connection may take to come about.
        concurrency: requests in flight at once, per worker.
        requests_per_minute, tokens_per_minute: the account's rate limits, per worker; 0 is none.
        retries: further attempts after a failed one, per ask.
        retry_share: further attempts over all asks of a worker, as a share of its requests.
        retry_after_cap_s: longest wait the endpoint may ask for.
        deadline_s: longest a worker waits for the endpoint in one stage of a night, summed over its asks.
        give_up_after: failures in a row after which the endpoint is left alone for a while.
        rest_s: how long, the first time; it doubles.
        night_tokens: spend ceiling of a night [tokens], all workers together.
        temperature: of the sampling; not sent to endpoints that refuse it.
        listener_field: field for the salted hash of a listener, ``user`` or ``safety_identifier``;
            empty: nothing about listeners is sent.
        listener_secret: salt of that hash; empty: there is no hash.
        batch: whether to use the Batch API where the endpoint has it.
        batch_from: asks from which on a batch is made.
        batch_lines: most asks in one batch.
        batch_wait_s: longest wait for batches in one stage; an unfinished one is fetched by a later run.
        batch_poll_s: time between two looks at a batch.
        keep_nights: how long paid answers are kept; counts and spends stay.
        price_in, price_out, price_prefix: money per million tokens; only for showing.
        price_batch_share: share of the price that batches take.
        reader: model that reads what the other wrote and may let sentences fall; empty: nobody does.
        reader_base_url: its endpoint; empty: the writer's.
        reader_api_key: its key; empty: the writer's, which goes to no other address.
        reader_tokens: most tokens one answer of the reader may have.
    """

    base_url: Annotated[str, AfterValidator(_http)] = field(default="", repr=False)
    api_key: Annotated[SecretStr, AfterValidator(_sendable)] = _NO_SECRET
    model: Annotated[str, AfterValidator(_open)] = ""
    timeout_s: PositiveFloat = 30.0
    connect_s: PositiveFloat = 5.0
    concurrency: PositiveInt = 4
    requests_per_minute: float = 0.0
    tokens_per_minute: float = 0.0
    retries: int = 2
    retry_share: float = 0.2
    retry_after_cap_s: float = 20.0
    deadline_s: float = 900.0
    give_up_after: PositiveInt = 5
    rest_s: float = 2.0
    night_tokens: int = 2_000_000
    temperature: float = 0.7
    listener_field: Literal["", "user", "safety_identifier"] = ""
    listener_secret: SecretStr = _NO_SECRET
    batch: bool = False
    batch_from: int = 100
    batch_lines: PositiveInt = 50_000
    batch_wait_s: float = 7200.0
    batch_poll_s: PositiveFloat = 30.0
    keep_nights: int = 60
    price_in: float = 0.0
    price_out: float = 0.0
    price_prefix: float | None = None
    price_batch_share: float = 0.5
    reader: Annotated[str, AfterValidator(_open)] = ""
    reader_base_url: Annotated[str, AfterValidator(_http)] = field(default="", repr=False)
    reader_api_key: Annotated[SecretStr, AfterValidator(_sendable)] = _NO_SECRET
    reader_tokens: PositiveInt = 600

    def __post_init__(self) -> None:
        if self.base_url and self.api_key and not self.model:
            raise ValueError("llm.model is missing; name the model, e.g. DAILY30_LLM__MODEL=…")
        if (self.reader_base_url or self.reader_api_key) and not self.reader:
            raise ValueError("llm.reader is missing; name the model that reads, e.g. DAILY30_LLM__READER=…")
        if self.reader and self.reader_base_url and not self.reader_api_key:
            raise ValueError("llm.reader_api_key is missing; the writer's key goes to no other address")

    @property
    def endpoint(self) -> str:
        """The endpoint's address as it may be written down: without user, password and query."""
        return redacted(self.base_url)

    @property
    def second(self) -> LlmConfig:
        """The second reader's: what is not its own is the writer's, but that it draws no lots."""
        return replace(
            self,
            base_url=self.reader_base_url or self.base_url,
            api_key=self.reader_api_key or self.api_key,
            model=self.reader,
            temperature=0.0,
            reader="",
            reader_base_url="",
            reader_api_key=_NO_SECRET,
        )

    @property
    def prices(self) -> Prices:
        return Prices(self.price_in, self.price_out, self.price_prefix, self.price_batch_share)


def configured(settings: Mapping[str, Any]) -> LlmConfig | None:
    """The settings, typed; None when no base URL or key is given; UsageError names what does not fit."""
    config: LlmConfig = parsed(LlmConfig, "llm", settings)
    return config if config.base_url and config.api_key else None
