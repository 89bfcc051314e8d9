"""Decisions a second over HTTP, key checked, against a bare Flask route that returns a constant.

Both run under gunicorn with the same settings on this machine, measured in turn within the same run. The license
is signed and paid through the API, as the demo does it.
"""

import json
import tempfile
from pathlib import Path

from app.demo.narrator import Narrator
from app.demo.processes import Processes, free_port
from app.demo.program import environment_for, prepare, road_for, sandbox_arguments
from app.demo.walk import bargain, listing
from app.demo.walk.use import USE
from tests.benchmarks.load import Request, interleaved, requests_per_second

WORKERS, THREADS = "2", "4"
SECONDS, ROUNDS = 4.0, 3


def main() -> None:
    bare_port, port, sandbox_port = free_port(18_000), free_port(18_200), free_port(18_400)
    url, sandbox_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    with tempfile.TemporaryDirectory(prefix="likeness-bench-") as name:
        folder = Path(name)
        environment = environment_for(folder, url=url, sandbox_url=sandbox_url)
        with Processes(environment, folder / "logs") as processes:
            processes.start("sandbox", *sandbox_arguments(folder, port=sandbox_port, url=url))
            processes.wait_for("sandbox", f"{sandbox_url}/_control/health")
            world = prepare(environment)
            processes.start("service", "app", "serve", "--bind", f"127.0.0.1:{port}", "--workers", WORKERS,
                            "--threads", THREADS)  # fmt: skip
            processes.start("worker", "app", "worker")
            processes.start("bare", "tests.benchmarks.bare", f"127.0.0.1:{bare_port}", WORKERS, THREADS)
            processes.wait_for("service", f"{url}/health/ready")
            processes.wait_for("bare", f"http://127.0.0.1:{bare_port}/constant")
            road = road_for(world, url=url, sandbox_url=sandbox_url, narrator=Narrator())
            for step in (listing.list_package, bargain.sign, bargain.pay_fee):
                step(road)
            body = json.dumps(USE).encode()
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {road.studio.key}"}
            decision = Request(f"{url}/v1/licenses/{road.made['license_id']}/decision", "POST", body, headers)
            constant = Request(f"http://127.0.0.1:{bare_port}/constant", "POST", body, headers)
            medians = interleaved(
                {
                    "decision": lambda: requests_per_second(decision, seconds=SECONDS),
                    "bare Flask": lambda: requests_per_second(constant, seconds=SECONDS),
                },
                rounds=ROUNDS,
            )
    for what, rate in medians.items():
        print(f"{what:<12} {rate:8.0f} requests/s")
    ratio = round(medians["decision"] / medians["bare Flask"], 3)
    print(json.dumps({"benchmark": "decision", "limit": "bare Flask constant, same gunicorn", "ratio": ratio}))


if __name__ == "__main__":
    main()
