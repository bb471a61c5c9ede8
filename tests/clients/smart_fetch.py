"""smart-fetch (SMART Backend Services): signed tokens, an export and a crawl, each with as many rows as searches find."""

import json
import os
import pathlib
import subprocess
import sys

from jwcrypto import jwk

from common import BASE, DEMO, FOLDER, expect, finish, http

KINDS = ("Patient", "Observation", "DocumentReference")
session = http()


def register():
    """A program that signs, known by its public key; its id."""
    key = jwk.JWK.generate(kty="EC", crv="P-384", kid="clients-1", use="sig", alg="ES384")
    private, public = json.loads(key.export_private()), json.loads(key.export_public())
    (FOLDER / "private.jwks").write_text(json.dumps({"keys": [private | {"key_ops": ["sign"]}]}))
    (FOLDER / "public.jwks").write_text(json.dumps({"keys": [public]}))
    command = [os.environ["FOREWORD_BIN"], "--database", os.environ["FOREWORD_DATABASE"]]
    command += ["api-client", "add", "warehouse", "--scope", "system/*.rs", "--jwks", FOLDER / "public.jwks"]
    added = subprocess.run(command, capture_output=True, text=True)
    if added.returncode != 0:
        sys.exit(f"the client could not be added: {added.stderr}")
    return added.stdout.strip()


def fetch(way, client, *more):
    """Fetches all kinds in one way; the rows of each."""
    out = FOLDER / way
    command = [pathlib.Path(sys.executable).with_name("smart-fetch"), way, "--fhir-url", BASE, *more]
    command += [
        "--smart-client-id",
        client,
        "--smart-key",
        FOLDER / "private.jwks",
        "--type",
        ",".join(KINDS),
    ]
    command += ["--no-compression", "--no-default-filters", out]
    done = subprocess.run(command, capture_output=True, text=True)
    if not expect(
        done.returncode == 0, f"smart-fetch {way} ended with {done.returncode}: {done.stdout}\n{done.stderr}"
    ):
        return {}
    return {
        kind: [
            json.loads(line)
            for path in out.glob(f"**/*{kind}*.ndjson")
            for line in path.open()
            if line.strip()
        ]
        for kind in KINDS
    }


def found(kind):
    """All resources of a kind as a search has them, by id."""
    entries = session.get(f"{BASE}/{kind}?_count=1000").json().get("entry", [])
    return {entry["resource"]["id"]: entry["resource"] for entry in entries}


client = register()
wanted = {kind: found(kind) for kind in KINDS}
# A crawl goes from patient to patient.
patients = ",".join(wanted["Patient"])
counts = {}
for way, more in (("crawl", ["--id-list", patients]), ("bulk", [])):
    for kind, rows in fetch(way, client, *more).items():
        counts[f"{way} {kind}"] = len(rows)
        expect(
            len(rows) == len(wanted[kind]), f"{way} {kind}: {len(rows)} rows, {len(wanted[kind])} by search"
        )
        other = [row["id"] for row in rows if row != wanted[kind].get(row["id"])]
        expect(not other, f"{way} {kind}: {len(other)} are something else than what is read: {other[:3]}")
expect(counts.get("bulk Patient", 0) >= len(DEMO["patients"]), "not all patients were exported")
finish(f"fetched {counts}")
