"""One running service for all of other people's tools; each test opens a vendor of its own."""

from collections.abc import Iterator

import pytest

from tests.contract.outside.service import Service, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found
