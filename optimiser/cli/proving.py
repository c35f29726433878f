"""What the command line does to defend an allocation: proof, tables, audit packs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geodata.report import format_findings
from instances.audit_pack import read_pack, write_pack
from instances.proof_files import write_proof
from optimiser.allocation import audit
from optimiser.allocation.audit import Proof, audit_pack, prove
from optimiser.allocation.fairness import GroupFigures, by_people, by_size
from optimiser.allocation.problem import Prepared
from optimiser.allocation.shadow_prices import ShadowPrice, shadow_prices
from optimiser.allocation.verify import verify
from optimiser.model.allocation import Allocation
from optimiser.model.instance import Instance
from optimiser.report.wording import count
from optimiser.solving.result import Result
from optimiser.solving.sealing import seal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What was worked out, to be shown."""

    proof: Proof
    prices: tuple[ShadowPrice, ...]
    people: tuple[GroupFigures, ...]


def write_and_prove(
    folder: Path | None, instance: Instance, result: Result[Allocation], prepared: Prepared
) -> Proven:
    """Proof of an answer, its tables written where there is a folder for them."""
    proof = prove(instance, result, prepared)
    people = by_people(instance, proof.problem, proof.seats)
    prices: tuple[ShadowPrice, ...] = ()
    if folder is not None:
        prices = shadow_prices(proof.problem)
        sizes = by_size(instance, proof.problem, proof.seats)
        write_proof(folder, instance, proof, prices=prices, people=people, sizes=sizes)
    return Proven(proof=proof, prices=prices, people=people)


def keep_pack(
    path: Path,
    instance: Instance,
    result: Result[Allocation],
    proof: Proof,
    *,
    decided_at: str,
    overwrite: bool,
) -> str:
    """Write an audit pack; its seal, to be noted elsewhere: who changes a file must change the seal."""
    files = audit_pack(instance, result, proof, decided_at=decided_at)
    write_pack(path, files, overwrite=overwrite)
    return seal_of(files)


def checked_pack(path: Path, against: Instance | None) -> None:
    """Say that a pack holds; ``InputError`` with everything that does not."""
    files = read_pack(path)
    report = verify(files, against=against)
    for line in format_findings(report.warnings):
        print(line)
    report.raise_if_any()
    run = json.loads(files[audit.RUN])
    packages = len(files[audit.DECISIONS].splitlines())
    shortages = sum(map(len, json.loads(files[audit.SHORTAGES]).values()))
    print(f"{path} holds: {run['county']}, {run['framework']['name']}, decided {run['decided_at']}")
    print(f"  {count(packages, 'decision')} by policy {run['policy']} recomputed, nothing differs")
    if shortages:
        print(f"  {count(shortages, 'proof')} of shortage borne out by a second maximum flow")
    told = "the instance given is the one it was made on" if against else "no instance was given to compare"
    print(f"  seal {seal_of(files)}; {told}")
