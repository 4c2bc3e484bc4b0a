"""The proxy of the composition, run as it is configured: what it lets through, and what it says by itself."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed here")


class Slow(BaseHTTPRequestHandler):
    """A service that is ready at once and takes two seconds for everything else."""

    def do_GET(self) -> None:
        if self.path != "/readyz":
            time.sleep(2)
        with suppress(ConnectionError):  # the proxy may have lost its patience
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def slow_service() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def configured() -> str:
    return str(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["configs"]["proxy"]["content"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Callable[[int], str]]:
    """Run the proxy before a service on this machine; its patience is a second instead of fifteen."""
    running: list[subprocess.Popen[bytes]] = []

    def run(service: int) -> str:
        port = free_port()
        text = (
            configured()
            .replace("timeout server 15s", "timeout server 1s")
            .replace("bind :8000", f"bind 127.0.0.1:{port}")
        )
        text = re.sub(r"server-template .*", f"server one 127.0.0.1:{service}", text)
        assert "timeout server 1s" in text
        file = tmp_path / "haproxy.cfg"
        file.write_text(text)
        running.append(
            subprocess.Popen(["haproxy", "-db", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        url = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx.get(f"{url}/readyz", timeout=5)
            except httpx.ConnectError:
                time.sleep(0.05)
            else:
                return url
        raise AssertionError("the proxy did not start")

    yield run
    for process in running:
        process.terminate()
        process.wait(10)


def test_the_proxy_understands_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(configured())
    done = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_who_waits_for_news_is_waited_for_and_others_are_told_as_by_the_service(
    proxied: Callable[[int], str],
) -> None:
    with slow_service() as service:
        url = proxied(service)
        assert httpx.get(f"{url}/v1/events?wait=60", timeout=20).status_code == 200
        assert httpx.get(f"{url}/v1/events/stream", timeout=20).status_code == 200
        late = httpx.get(f"{url}/v1/me", timeout=20)
    assert (late.status_code, late.headers["content-type"]) == (504, "application/problem+json")
    assert (late.json()["status"], late.json()["retryable"]) == (504, True)


def test_a_proxy_without_a_service_refuses_as_the_service_would(proxied: Callable[[int], str]) -> None:
    refusal = httpx.get(f"{proxied(free_port())}/v1/me", timeout=20)
    assert (refusal.status_code, refusal.headers["content-type"]) == (503, "application/problem+json")
    assert (refusal.json()["code"], refusal.headers["retry-after"]) == ("unavailable", "2")
