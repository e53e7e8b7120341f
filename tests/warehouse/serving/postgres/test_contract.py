"""PostgreSQL keeps the serving contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.serving_store import Lease, ServingStoreContract
from tests.contracts.store_faults import Open, StoreFaultsContract
from warehouse.serving import ServingStore, open_serving_store


class TestPostgresStore(ServingStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path, url: str, lease: Lease) -> ServingStore:
        return open_serving_store(tmp_path, {"url": url}, lease_check=lease)


class TestPostgresFaults(StoreFaultsContract):
    @pytest.fixture
    def opened(self, tmp_path: Path, url: str) -> Open:
        return lambda lease_check: open_serving_store(tmp_path, {"url": url}, lease_check=lease_check)
