"""PostgreSQL keeps the serving contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.contracts.serving_store import Lease, ServingStoreContract
from tests.contracts.store_faults import Open, StoreFaultsContract
from tests.contracts.store_rows import USERS, payload
from tests.warehouse.serving.postgres.conftest import Edit
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.postgres.store import PostgresStore


class TestPostgresStore(ServingStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path, url: str, lease: Lease) -> ServingStore:
        return open_serving_store(tmp_path, {"url": url}, lease_check=lease)


class TestPostgresFaults(StoreFaultsContract):
    @pytest.fixture
    def opened(self, tmp_path: Path, url: str) -> Open:
        return lambda lease_check: open_serving_store(tmp_path, {"url": url}, lease_check=lease_check)


def test_an_app_reads_as_the_guide_says(store: PostgresStore, edit: Edit, url: str) -> None:
    guide = Path("docs/guide/serving.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```sql\n(SELECT v\.version, l\.payload\nFROM daily30\..*?);\n```", guide, re.DOTALL)
    schema = url.rpartition("=")[2]
    for user in USERS:
        ((version, text),) = edit(example.replace("daily30.", f"{schema}.").replace("$1", f"'{user}'")).fetchall()
        assert (version, json.loads(text)) == ("v1", payload("v1", user))
