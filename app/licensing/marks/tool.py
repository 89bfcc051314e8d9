"""Stamp or read one file with the C2PA library: a program of its own, started once for each file.

The library is native code and the files are anybody's. Here it can run out of time or memory, or crash, and takes
nothing with it. Asked in JSON on standard input, it answers in JSON on standard output. It knows nothing of the
rest of the service, so that it starts fast and holds no secret but the one key it signs with.
"""

import json
import os
import resource
import sys
from itertools import islice
from pathlib import Path
from typing import Any

ALGORITHM = b"es256"
MOST_STATUSES = 1000
LONGEST_ASSERTION = 100_000
CLAIM_SIGNING = "1.3.6.1.4.1.62558.2.1"


def main() -> int:
    """Do what was asked; that the library refuses a file is an answer, too."""
    asked = json.load(sys.stdin)
    limit(memory=asked["memory_bytes"], seconds=asked["seconds"], file=asked["file_bytes"])
    import c2pa

    try:
        answer = stamp(asked) if asked["do"] == "stamp" else read(asked)
    except c2pa.C2paError as error:
        answer = {"refused": str(error)[:500]}
    json.dump(answer, sys.stdout)
    return 0


def limit(*, memory: int, seconds: int, file: int) -> None:
    """Bound this process: address space, processor time, size of what it writes; and leave no core file."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def stamp(asked: dict[str, Any]) -> dict[str, Any]:
    """Sign a manifest into a copy of the file; what manifest it had before becomes that of its parent."""
    import c2pa

    context = context_of(asked["anchors"])
    media_type, source_type = asked["media_type"], asked["source_type"]
    has_history = report_of(asked, asked["source"], context) is not None
    builder = c2pa.Builder(asked["manifest"], context=context)
    if has_history or not source_type:
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        with Path(asked["source"]).open("rb") as source:
            builder.add_ingredient(asked["parent"], media_type, source)
    else:
        builder.add_action({"action": "c2pa.created", "digitalSourceType": source_type})
    key = c2pa.C2paSignerInfo(ALGORITHM, asked["chain"].encode(), asked["key"].encode(), None)
    with Path(asked["source"]).open("rb") as source, Path(asked["target"]).open("w+b") as target:
        builder.sign(c2pa.Signer.from_info(key), media_type, source, target)
        target.flush()
        os.fsync(target.fileno())
    return {"report": report_of(asked, asked["target"], context), "has_history": has_history}


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Report what the file's active manifest says and how it verifies; nothing where there is none."""
    return {"report": report_of(asked, asked["source"], context_of(asked["anchors"]))}


def report_of(asked: dict[str, Any], path: str, context: Any) -> dict[str, Any] | None:
    import c2pa

    with Path(path).open("rb") as stream:
        reader = c2pa.Reader.try_create(asked["media_type"], stream, context=context)
        if reader is None:
            return None
        with reader:
            return shortened(json.loads(reader.json()), asked["label"])


def shortened(found: dict[str, Any], label: str) -> dict[str, Any]:
    """Return what is needed of a report, which its author could have made very long."""
    name = found["active_manifest"]
    active = found["manifests"][name]
    results = found["validation_results"]
    ours = [each["data"] for each in active["assertions"] if each["label"] == label]
    return {
        "label": name,
        "instance_id": active["instance_id"],
        "serial": active.get("signature_info", {}).get("cert_serial_number", ""),
        "license": ours[0] if len(ours) == 1 and len(json.dumps(ours)) <= LONGEST_ASSERTION else None,
        "success": statuses(results["activeManifest"], "success"),
        "failure": statuses(results["activeManifest"], "failure"),
        "history_failures": [
            status["code"]
            for delta in islice(results.get("ingredientDeltas", []), MOST_STATUSES)
            for status in statuses(delta["validationDeltas"], "failure")
        ],
    }


def statuses(results: dict[str, Any], kind: str) -> list[dict[str, str]]:
    return [{"code": each["code"], "url": each.get("url", "")} for each in results.get(kind, [])[:MOST_STATUSES]]


def context_of(anchors: str) -> Any:
    """Settings that trust these anchors alone, never reach for the network and never decode a picture."""
    import c2pa

    return c2pa.Context.from_dict(
        {
            "trust": {
                "trust_anchors": anchors,
                "trust_config": CLAIM_SIGNING,
                "user_anchors": None,
                "allowed_list": None,
            },
            "core": {
                "allowed_network_hosts": [],
                "allow_redirects": False,
                "backing_store_memory_threshold_in_mb": 32,
                "decode_identity_assertions": False,
                "max_decompressed_manifest_size_in_mb": 16,
            },
            "verify": {
                "verify_trust": True,
                "verify_after_reading": True,
                "ocsp_fetch": False,
                "remote_manifest_fetch": False,
            },
            "builder": {"thumbnail": {"enabled": False}, "actions": {"auto_created_action": {"enabled": False}}},
        }
    )


if __name__ == "__main__":
    raise SystemExit(main())
