"""The audit pack: all that was decided, on what, by which rules and why, to be kept and recomputed.

One record a package and one for the run (DOMAIN 4.9). What identifies a person stays behind: no postcode but
its sector, no place, no carer, no pseudonym; what remains of a package is what the contract asks of those who
would serve it, since nobody could recompute eligibility without it. It is the council's own file, not for
publication.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geodata.area_kinds import AreaKinds
from geodata.place import Place
from optimiser.allocation.check import Market
from optimiser.allocation.decisions import Decision, Option, decide
from optimiser.allocation.explain import seats_of
from optimiser.allocation.policy import Objective
from optimiser.allocation.problem import Prepared, Problem
from optimiser.allocation.rules import RULES
from optimiser.allocation.shortage import Certificate, LeftOver, find_shortages, why_left
from optimiser.allocation.shortage_check import UnsoundCertificateError, check_certificates
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.identifiers import PackageId, TierCode
from optimiser.model.instance import Instance
from optimiser.solving.provenance import canonical, canonical_hash
from optimiser.solving.result import Result
from optimiser.solving.sealing import as_json, sealed, sha256

FORMAT = "carerounds audit pack 1"
RUN, INSTANCE, DECISIONS, SHORTAGES = "run.json", "instance.json", "decisions.jsonl", "shortages.json"
README = "README.txt"
CODE_OF_RULES = ("rules.py", "capacity.py", "call_off.py", "policy.py", "problem.py", "check.py")
NOWHERE = Place(0, 0)

ABOUT = """What is in this audit pack

run.json         the run: input, framework and ranked lists with their hashes, policy, seed, limits,
                 versions, what was found and proven, overrides
instance.json    the packages, providers, admissions and capacity it was made on; no names of people,
                 no postcodes but sectors, no places
decisions.jsonl  one line a package: who may have it in the order they are asked, everybody else with the
                 rule and the figures, who has it, the next best and the margin in pence a week
shortages.json   proofs of shortage, among all providers and on the framework alone: packages, those
                 who may serve them, what they have
manifest.json    SHA-256 of each file

carerounds allocate --verify PACK recomputes all of it. It holds what people need of their carers: keep it
as you keep a care record, and do not publish it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an answer can be defended with.

    Attributes
    ----------
    certificates, on_framework
        Of shortage among all providers, and among those of the framework alone, without spot.
    left
        Cause of each package of last resort.
    """

    problem: Problem
    seats: tuple[int | None, ...]
    decisions: tuple[Decision, ...]
    certificates: tuple[Certificate, ...]
    on_framework: tuple[Certificate, ...]
    left: tuple[LeftOver, ...]


def prove(instance: Instance, result: Result[Allocation], prepared: Prepared | None = None) -> Proof:
    """Decisions, certificates of shortage and causes for an answer.

    Parameters
    ----------
    prepared
        The instance's contract and problem, where they are known already.

    Raises
    ------
    UnsoundCertificateError
        Where a second maximum flow does not bear out a certificate.
    """
    prepared = prepared or Prepared.of(instance)
    terms, problem = prepared.terms, prepared.problem
    placed = result.solution
    seats = seats_of(problem, dict(placed.provider_of))
    kept = {each.package for each in placed.placements if each.kept}
    framework = [each.code for each in instance.framework.tiers if each.on_framework]
    market = Market(instance)
    certificates = _certified(market, problem, None)
    return Proof(
        problem=problem,
        seats=seats,
        decisions=tuple(decide(instance, problem, seats, terms, kept=kept)),
        certificates=certificates,
        on_framework=_certified(market, problem, framework),
        left=why_left(
            instance,
            problem,
            [each.package for each in placed.unplaced],
            certificates,
            seats=seats,
            # What stands from before was not asked to make room.
            is_proven=leaves_least(result) and not kept,
        ),
    )


def leaves_least(result: Result[Allocation]) -> bool:
    """Whether the engine has proven, to the last second, that no allocation leaves less care over.

    Read from what the stages told, since a result's bound is that of the loosest stage alone; a policy that
    does not put care unplaced first has proven nothing of the kind.
    """
    stages = [each for each in result.message.split("; ") if each.startswith(f"{Objective.UNPLACED.value} ")]
    return any(each.endswith("(the least there is)") for each in stages)


def _certified(market: Market, problem: Problem, tiers: Sequence[TierCode] | None) -> tuple[Certificate, ...]:
    found = find_shortages(market.instance, problem, tiers=tiers)
    faults = check_certificates(market, found, tiers=tiers)
    if faults:
        raise UnsoundCertificateError(faults)
    return found


def without_persons(instance: Instance) -> Instance:
    """The instance as an audit may keep it: what the contract asks about, and nothing that finds a home."""
    return replace(
        instance,
        packages=tuple(
            replace(each, client=str(each.id), postcode=each.sector, place=NOWHERE)
            for each in instance.packages
        ),
        providers=tuple(replace(each, branch=None) for each in instance.providers),
        area_kinds=AreaKinds(urban_cells=frozenset()),
        carers=(),
        assumptions=(),
    )


def audit_pack(
    instance: Instance, result: Result[Allocation], proof: Proof, *, decided_at: str
) -> Mapping[str, bytes]:
    """Files of a pack by name; the same answer gives the same bytes, but for ``decided_at``.

    Parameters
    ----------
    decided_at
        Date and time in ISO 8601, with its offset.
    """
    kept = without_persons(instance)
    files = {
        README: ABOUT.encode(),
        RUN: as_json(_run(instance, kept, result, proof, decided_at)),
        INSTANCE: as_json(canonical(kept)),
        DECISIONS: b"".join(_line(each) for each in decision_records(instance, result.solution, proof)),
        SHORTAGES: as_json(
            {"all": canonical(proof.certificates), "framework": canonical(proof.on_framework)}
        ),
    }
    return sealed(files, FORMAT)


def rules_hash() -> str:
    """SHA-256 of the code of the rules as it is installed."""
    here = Path(__file__).parent
    return sha256(b"\0".join((here / name).read_bytes() for name in CODE_OF_RULES))


def _run(
    instance: Instance, kept: Instance, result: Result[Allocation], proof: Proof, decided_at: str
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "decided_at": decided_at,
        "county": instance.county,
        "as_of": instance.as_of.isoformat(),
        "input": {
            "problem_hash": result.provenance.input_hash,
            "instance_hash": canonical_hash(instance),
            "kept_instance_hash": canonical_hash(kept),
        },
        "framework": {
            "name": instance.framework.name,
            "version": instance.framework.version,
            "hash": canonical_hash(instance.framework),
        },
        "rules": {"names": [rule.value for rule, _ in RULES], "hash": rules_hash()},
        "ranked_lists": [
            {
                "lot": each.lot,
                "service": each.service.value,
                "version": each.version,
                "effective_from": each.effective_from.isoformat(),
                "hash": canonical_hash(each),
            }
            for each in instance.ranked_lists
            if each.holds_on(instance.as_of)
        ],
        "policy": result.solution.policy,
        "status": result.status.value,
        "stopped_by": result.stopped_by.value,
        "objective": result.objective,
        "bound": result.bound,
        "components": dict(result.components),
        "said": result.message,
        "totals": {each.value: each.total(proof.problem, proof.seats) for each in Objective},
        "provenance": result.provenance.as_dict(),
        "outside_lot": outside_lots(proof.decisions),
        "overrides": [],
    }


def outside_lots(decisions: Sequence[Decision]) -> dict[str, list[str]]:
    """Providers not admitted to each lot (rule E1), told once and not for every package."""
    return {str(each.lot): [str(who) for who in each.outside] for each in decisions}


def decision_records(instance: Instance, allocation: Allocation, proof: Proof) -> Iterator[dict[str, Any]]:
    """One record a package, in order."""
    left = {each.package: each for each in proof.left}
    own: dict[PackageId, Placement | Unplaced] = {each.package: each for each in allocation.placements}
    own |= {each.package: each for each in allocation.unplaced}
    decided = {package: each for each in proof.decisions for package in each.members}
    for package in sorted(instance.packages, key=lambda each: each.id):
        each, why = decided[package.id], left.get(package.id)
        yield {
            "package": package.id,
            "household": list(each.members) if len(each.members) > 1 else [],
            "lot": each.lot,
            "service": package.service.value,
            "sector": package.sector,
            "requested_on": package.requested_on.isoformat(),
            "outcome": "last_resort" if each.chosen.provider is None else "placed",
            "chosen": {**_option(proof.problem, each.chosen), **_own(own[package.id])},
            "runner_up": _option(proof.problem, each.runner_up),
            "margin_pence": each.margin,
            "eligible": [_option(proof.problem, one) for one in each.asked],
            "excluded": _excluded(each),
            "reason": getattr(own[package.id], "reason", None),
            "cause": None if why is None else why.cause.value,
            "shortages": [] if why is None else list(why.certificates),
            "overrides": [],
        }


def _option(problem: Problem, option: Option) -> dict[str, Any]:
    told: dict[str, Any] = {
        "provider": option.provider,
        "tier": option.tier,
        "position": option.position,
        "weekly_cost_pence": option.weekly_cost,
    }
    if option.short:
        told["short"] = [
            {
                "kind": row.kind.value,
                "locality": row.locality,
                "band": canonical(row.band),
                "day_type": canonical(row.day_type),
                "tier": row.tier,
                "lot": row.lot,
                "wanted": each.wanted,
                "free": each.free,
            }
            for each in option.short
            for row in (problem.rows[each.row],)
        ]
    return told


def _own(record: Placement | Unplaced) -> dict[str, Any]:
    """What one package of a household has for itself."""
    if isinstance(record, Unplaced):
        return {"weekly_cost_pence": record.weekly_cost}
    return {
        "tier": record.tier,
        "position": record.position,
        "weekly_cost_pence": record.weekly_cost,
        "kept": record.kept,
    }


def _excluded(decision: Decision) -> list[dict[str, Any]]:
    """Providers by rule and reason: many share one."""
    held: dict[tuple[str, str], list[str]] = {}
    for each in decision.excluded:
        held.setdefault((each.rule.value, each.reason), []).append(str(each.provider))
    return [
        {"rule": rule, "reason": reason, "providers": sorted(who)}
        for (rule, reason), who in sorted(held.items())
    ]


def _line(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
