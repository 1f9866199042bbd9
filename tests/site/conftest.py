"""The built site, a server for it, and a browser without a network."""

import functools
import http.server
import os
import pathlib
import sys
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import site_checks  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("KGM_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site: `KGM_SITE_DIR`, or one built here."""
    if "KGM_SITE_DIR" in os.environ:
        return pathlib.Path(os.environ["KGM_SITE_DIR"]).resolve()
    folder = tmp_path_factory.mktemp("site")
    result = site_checks.build(ROOT, folder)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.fixture
def serve():
    """A function that serves a folder and returns its URL."""
    servers = []

    def start(folder):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(_Quiet, directory=str(folder)),
        )
        threading.Thread(
            target=server.serve_forever, args=(0.01,), daemon=True
        ).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium that can reach this machine only."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("The tests of the site need: pip install playwright")
    if not pathlib.Path(CHROMIUM).exists():
        pytest.fail(
            f"No browser at {CHROMIUM}. On Debian: apt-get install chromium; "
            "elsewhere set KGM_CHROMIUM to the path of a Chromium or Chrome."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """A function that opens an empty page of a given width.

    Further arguments are those of Playwright's `new_context`.
    """
    contexts = []

    def start(width, **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
