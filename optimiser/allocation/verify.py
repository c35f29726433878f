"""An audit pack recomputed: what in it is not what the contract and its own instance come to.

It reads the contract by the checker's own reading, not by the rules that placed; works out eligibility, room,
prices, runners-up and sums in its own words; and passes certificates of shortage through a second maximum
flow. It does not solve again: that a bound holds is the engine's word, with the version that gave it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from geodata.report import Report, Severity
from optimiser.allocation import audit
from optimiser.allocation.check import Breach, _Market, check  # the contract read a second time
from optimiser.allocation.policy import policy_called
from optimiser.allocation.shortage import Certificate
from optimiser.allocation.shortage_check import check_certificates, readings_by_lot
from optimiser.model.allocation import Allocation, Placement, Unplaced
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.price import last_resort_cost, weekly_cost
from optimiser.solving.provenance import canonical_hash, versions
from optimiser.solving.restoring import RestoringError, restored

NEEDED = (audit.RUN, audit.INSTANCE, audit.DECISIONS, audit.SHORTAGES)


def verify(files: Mapping[str, bytes], *, against: Instance | None = None) -> Report:
    """Everything in a pack that does not hold, as findings with codes; none where it does.

    Parameters
    ----------
    files
        Of the pack, by name.
    against
        The instance it is said to have been made on, to see that it was.
    """
    report = Report()
    _check_whole(files, report)
    if report.errors:
        return report
    try:
        run = json.loads(files[audit.RUN])
        instance = restored(Instance, json.loads(files[audit.INSTANCE]), audit.INSTANCE)
        records = [json.loads(line) for line in files[audit.DECISIONS].splitlines()]
        certificates = restored(
            dict[str, tuple[Certificate, ...]], json.loads(files[audit.SHORTAGES]), audit.SHORTAGES
        )
        _check_origin(run, instance, against, report)
        _Verified(run, instance, records, certificates, report).check()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        where = str(error) if isinstance(error, RestoringError) else f"{type(error).__name__} {error}"
        report.add("E301", "pack", f"it does not hold what a pack holds: {where}", cure="write the pack anew")
    return report


def _check_whole(files: Mapping[str, bytes], report: Report) -> None:
    """Each file is there and as it was written."""
    try:
        manifest = json.loads(files[audit.MANIFEST])
        due = dict(manifest["files"])
        if manifest["format"] != audit.FORMAT:
            raise ValueError(manifest["format"])
    except (KeyError, TypeError, ValueError) as error:
        cure = "name the folder or .zip that --audit wrote"
        report.add(
            "E301", audit.MANIFEST, f"no audit pack of ours ({type(error).__name__}: {error})", cure=cure
        )
        return
    for name in sorted({*NEEDED, *due}):
        if name not in files:
            report.add("E301", name, "the file is missing", cure="find the pack as it was written")
        elif due.get(name) != audit.sha256(files[name]):
            cure = "find the pack as it was written: somebody changed this one"
            report.add("E302", name, "the file is not as it was written", cure=cure)


def _check_origin(run: Any, instance: Instance, against: Instance | None, report: Report) -> None:
    """The instance in the pack is the run's own, and the one it is held against."""
    due = run["input"]
    if canonical_hash(instance) != due["kept_instance_hash"]:
        report.add("E303", audit.INSTANCE, "it is not the instance that run.json names", cure="as for E302")
    if canonical_hash(instance.framework) != run["framework"]["hash"]:
        report.add("E303", audit.RUN, "the framework is not the one that run.json names", cure="as for E302")
    if against is not None and canonical_hash(against) != due["instance_hash"]:
        report.add(
            "E303",
            audit.RUN,
            "the run was not made on the instance given",
            cure="give the instance as it was on the day, or none",
        )
    told = run["provenance"]["versions"]
    changed = [
        f"{name} {told[name]}, now {now}" for name, now in versions().items() if told.get(name, now) != now
    ]
    if run["rules"]["hash"] != audit.rules_hash():
        changed.append("the code of the rules")
    if changed:
        report.add(
            "E308",
            audit.RUN,
            f"made with other versions: {'; '.join(changed)}",
            cure="what differs below may be the version's doing; the run's own versions stand in run.json",
            severity=Severity.WARNING,
        )


class _Verified:
    """The pieces of a pack, held against the contract."""

    def __init__(
        self,
        run: Any,
        instance: Instance,
        records: list[Any],
        certificates: Mapping[str, tuple[Certificate, ...]],
        report: Report,
    ) -> None:
        self.run, self.instance, self.records = run, instance, records
        self.certificates, self.report = certificates, report
        self.readings, self.packages = readings_by_lot(instance), instance.package_by_id
        self.inside: dict[LotCode, list[ProviderId]] = {lot.code: [] for lot in instance.lots}
        for each in instance.admissions:
            if each.holds_on(instance.as_of) and each.provider not in self.inside[each.lot]:
                self.inside[each.lot].append(each.provider)

    def check(self) -> None:
        """Add everything that does not hold."""
        allocation = self._allocation()
        breaches = check(
            self.instance,
            allocation,
            rank_faithful=policy_called(self.run["policy"]).is_rank_faithful,
        )
        for each in breaches:
            self._add("E304", each.package, _breach(each), "the decision cannot stand: take it up")
        if breaches:
            return  # sums and margins of what breaks the contract say nothing
        self._check_outside()
        loads = dict(_Market(self.instance).loads(allocation))
        totals = dict.fromkeys(("unplaced", "weekly cost", "tier", "position"), 0)
        for row in self.records:
            package = self.packages[PackageId(row["package"])]
            eligible = self._eligible(package)
            self._check_eligible(row, package, eligible)
            self._check_excluded(row, package, eligible)
            self._check_runner_up(row, package, eligible, loads)
            self._add_up(totals, row, package)
        for name, total in totals.items():
            if self.run["totals"].get(name) != total:
                message = f"{name} is {self.run['totals'].get(name)} on record, {total} by the decisions"
                self._add("E306", audit.RUN, message, "correct the record")
        framework = [each.code for each in self.instance.framework.tiers if each.on_framework]
        for supply, tiers in (("all", None), ("framework", framework)):
            for fault in check_certificates(self.instance, self.certificates[supply], tiers=tiers):
                self._add("E307", audit.SHORTAGES, fault, "the shortage is not proven: work it out anew")

    def _add(self, code: str, where: str, message: str, cure: str) -> None:
        self.report.add(code, where, message, cure=cure)

    def _allocation(self) -> Allocation:
        placed, left = list[Placement](), list[Unplaced]()
        for row in self.records:
            package, chosen = PackageId(row["package"]), row["chosen"]
            cost = chosen["weekly_cost_pence"]
            if chosen["provider"] is None:
                left.append(Unplaced(package=package, reason=row["reason"] or "", weekly_cost=cost))
                continue
            placed.append(
                Placement(
                    package=package,
                    provider=ProviderId(chosen["provider"]),
                    lot=LotCode(row["lot"]),
                    tier=TierCode(chosen["tier"]),
                    position=chosen["position"],
                    weekly_cost=cost,
                )
            )
        return Allocation(policy=self.run["policy"], placements=tuple(placed), unplaced=tuple(left))

    def _eligible(self, package: Package) -> list[dict[str, Any]]:
        """Who may have it in the order they are asked, by the checker's reading."""
        found = []
        market = self.readings[package.lot]
        order = market.order(package.lot, package.service)
        for provider in dict.fromkeys(each.provider for each in order):
            terms = market.terms(package, provider)
            if terms is not None and not any(market.refusals(package, provider)):
                found.append(
                    {
                        "provider": provider,
                        "tier": terms[1].tier,
                        "position": terms[0],
                        "weekly_cost_pence": weekly_cost(package, terms[1]),
                    }
                )
        found.sort(key=lambda each: (each["provider"] != package.chosen_provider, each["position"]))
        return found

    def _check_eligible(self, row: Any, package: Package, due: list[dict[str, Any]]) -> None:
        told = [{name: value for name, value in each.items() if name != "short"} for each in row["eligible"]]
        if told != due:
            named = [each["provider"] for each in told], [each["provider"] for each in due]
            message = (
                f"eligible are {', '.join(named[1]) or 'none'}; on record {', '.join(named[0]) or 'none'}"
                if named[0] != named[1]
                else "tier, position or price of an eligible provider is not the contract's"
            )
            self._add("E305", package.id, message, "the decision was taken among others than it should")

    def _check_excluded(self, row: Any, package: Package, eligible: list[dict[str, Any]]) -> None:
        """Everybody else stands excluded, by rules that do keep them out."""
        told: dict[str, set[str]] = {}
        for each in row["excluded"]:
            for provider in each["providers"]:
                told.setdefault(provider, set()).add(each["rule"])
        mays = {each["provider"] for each in eligible}
        for provider in self.inside[package.lot]:
            due = {rule.value for rule, _ in self.readings[package.lot].refusals(package, provider)}
            rules = told.pop(provider, set())
            wrong = rules - due if provider not in mays else rules
            if wrong or (provider not in mays and not rules):
                by = f"is kept out by {', '.join(sorted(due)) or 'nothing'}"
                record = f"on record by {', '.join(sorted(rules)) or 'nothing'}"
                self._add("E305", package.id, f"{provider} {by}, {record}", "as above")
        for stranger in sorted(told):
            self._add(
                "E305", package.id, f"{stranger} does not serve the lot, nor needs a reason", "as above"
            )

    def _check_outside(self) -> None:
        """Those told once as outside a lot are those not admitted to it."""
        for lot, told in self.run["outside_lot"].items():
            due = [each.id for each in self.instance.providers if each.id not in self.inside[LotCode(lot)]]
            if told != due:
                self._add("E305", audit.RUN, f"others than told are outside lot {lot}", "as above")

    def _check_runner_up(
        self, row: Any, package: Package, eligible: list[dict[str, Any]], loads: Mapping[Any, int]
    ) -> None:
        chosen = row["chosen"]["provider"]
        others = (
            each
            for each in eligible
            if each["provider"] != chosen
            and self.readings[package.lot].has_room(package, each["provider"], loads)
        )
        last = {"provider": None, "weekly_cost_pence": last_resort_cost(package, self.instance.framework)}
        due = next(others, last)
        margin = due["weekly_cost_pence"] - row["chosen"]["weekly_cost_pence"]
        if (row["runner_up"]["provider"], row["margin_pence"]) != (due["provider"], margin):
            message = (
                f"next best is {due['provider'] or 'last resort'} at {margin:+} pence a week; on record "
                f"{row['runner_up']['provider'] or 'last resort'} at {row['margin_pence']:+}"
            )
            self._add("E306", package.id, message, "correct the record")

    def _add_up(self, totals: dict[str, int], row: Any, package: Package) -> None:
        weight, chosen = max(1, package.weekly_care), row["chosen"]
        totals["weekly cost"] += chosen["weekly_cost_pence"]
        if chosen["provider"] is None:
            totals["unplaced"] += weight
            totals["tier"] += weight * len(self.instance.framework.tiers)
            totals["position"] += weight * (
                len(self.readings[package.lot].order(package.lot, package.service)) + 1
            )
        elif chosen["provider"] != package.chosen_provider:
            totals["tier"] += weight * self.instance.framework.tier_order(chosen["tier"])
            totals["position"] += weight * chosen["position"]


def _breach(breach: Breach) -> str:
    who = f" with {breach.provider}" if breach.provider else ""
    return f"{breach.rule.value}{who}: {breach.message}"
