"""The payment sandbox as a child process, for tests of whatever talks to a payment provider.

with SandboxProcess(webhook_url=url, secret="whsec_test") as sandbox:
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": sandbox.url})
    ...
    sandbox.pay(session.url)
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_TIMEOUT = 20
ROOT = Path(__file__).resolve().parents[2]


class SandboxProcess:
    """One sandbox with a store of its own. It can be killed and started again on the same store and port."""

    def __init__(
        self,
        webhook_url: str | None = None,
        secret: str | None = None,
        *,
        fast: bool = True,
        store: Path | None = None,
        thin_webhook_url: str | None = None,
        thin_secret: str | None = None,
    ) -> None:
        self._folder = None if store else tempfile.TemporaryDirectory(prefix="sandbox-")
        self._store = store or Path(self._folder.name if self._folder else ".") / "sandbox.sqlite3"
        self._options = ["--with-parent", *(["--fast"] if fast else [])]
        if webhook_url and secret:
            self._options += ["--webhook-url", webhook_url, "--webhook-secret", secret]
        if thin_webhook_url and thin_secret:
            self._options += ["--thin-webhook-url", thin_webhook_url, "--thin-webhook-secret", thin_secret]
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._folder:
            self._folder.cleanup()

    def start(self) -> None:
        command = [sys.executable, "-m", "app.sandbox", "--port", str(self._port), "--store", str(self._store)]
        self._process = subprocess.Popen([*command, *self._options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        line = self._first_line()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            self.stop()
            raise RuntimeError(f"The sandbox did not start: {line!r}")
        self.url, self._port = found[0], int(found[1])

    def _first_line(self) -> str:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.readline()

    def stop(self) -> int | None:
        """Ask it to end and return its exit status."""
        return self._end(lambda process: process.terminate())

    def kill(self) -> None:
        """End it as a power cut would. `start` brings it back with the same store and address."""
        self._end(lambda process: process.kill())

    def _end(self, how: Callable[[subprocess.Popen[str]], None]) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        how(process)
        try:
            return process.wait(timeout=START_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            if process.stdout:
                process.stdout.close()

    def control(
        self, path: str, body: dict[str, Any] | None = None, *, method: str | None = None
    ) -> dict[str, Any]:
        """Call `/_control/{path}`: POST with `body`, GET without. A refusal raises with the sandbox's own words."""
        call = urllib.request.Request(  # noqa: S310
            f"{self.url}/_control/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method or ("GET" if body is None else "POST"),
        )
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as problem:
            with problem:
                raise RuntimeError(f"{path}: {problem.code} {problem.read().decode()}") from None

    def pay(self, checkout_url: str, action: str = "pay") -> str:
        """Press a button on the page of a Checkout Session: `pay`, `decline`, `later` or `abandon`.

        Return the address the payer is sent to, or "" if the payer stays on the page.
        """
        return self._submit(checkout_url, {"action": action})

    def onboard(self, link_url: str, action: str = "complete") -> str:
        """Follow an account link and press `complete`, `pending` or `leave`; return the address one is sent to."""
        with _open(link_url) as answer:
            found = re.search(r'name="visit" value="([^"]+)"', answer.read().decode())
            if found is None:
                return str(answer.headers.get("Location", ""))
        return self._submit(link_url, {"action": action, "visit": found[1]})

    def transfer_to_invoice(self, hosted_invoice_url: str, amount: int) -> str:
        """Send money by bank transfer for an invoice, as its payer would."""
        return self._submit(hosted_invoice_url, {"amount": str(amount)})

    def _submit(self, url: str, form: dict[str, str]) -> str:
        with _open(url, urllib.parse.urlencode(form).encode()) as answer:
            return str(answer.headers.get("Location", ""))

    def wait_for_deliveries(self, *, timeout: float = 10) -> list[dict[str, Any]]:
        """Return all deliveries as soon as none is pending any more."""
        deadline = time.monotonic() + timeout
        while True:
            found: list[dict[str, Any]] = self.control("webhooks")["deliveries"]
            if all(delivery["state"] != "pending" for delivery in found):
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"Still pending: {[d for d in found if d['state'] == 'pending']}")
            time.sleep(0.05)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Shows redirects instead of following them: what comes next is the shop's, not the sandbox's."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _open(url: str, data: bytes | None = None) -> Any:
    try:
        return urllib.request.build_opener(_StayHere).open(url, data, timeout=30)
    except urllib.error.HTTPError as answer:
        if answer.code == 303:
            return answer
        with answer:
            raise RuntimeError(f"{url}: {answer.code} {answer.read().decode()[:2000]}") from None
