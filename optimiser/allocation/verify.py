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
from optimiser.allocation.check import Breach, Market, check  # the contract read a second time
from optimiser.allocation.check_contract import Key
from optimiser.allocation.policy import policy_called
from optimiser.allocation.shortage import Certificate
from optimiser.allocation.shortage_check import check_certificates
from optimiser.model.allocation import Allocation, Placement, Rule, Unplaced
from optimiser.model.contract import RuleKind
from optimiser.model.identifiers import LotCode, PackageId, ProviderId, TierCode
from optimiser.model.instance import Instance
from optimiser.model.need import Package
from optimiser.model.price import last_resort_cost, weekly_cost
from optimiser.solving.provenance import canonical_hash, versions
from optimiser.solving.restoring import RestoringError, restored
from optimiser.solving.sealing import SealFault, broken

NEEDED = (audit.RUN, audit.INSTANCE, audit.DECISIONS, audit.SHORTAGES)
OF_SEALS = {
    SealFault.NO_PACK: ("E301", "name the folder or .zip that --audit wrote"),
    SealFault.MISSING: ("E301", "find the pack as it was written"),
    SealFault.CHANGED: ("E302", "find the pack as it was written: somebody changed this one"),
    SealFault.STRANGE: ("E302", "take the file out of the pack"),
}
"""Code and cure of a pack that is not whole."""


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
    for each in broken(files, audit.FORMAT, NEEDED):
        code, cure = OF_SEALS[each.fault]
        report.add(code, each.file, each.message, cure=cure)


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
        self.market, self.packages = Market(instance), instance.package_by_id
        self.home_of = {each.id: home for home in self.market.homes for each in home}
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
            rank_faithful=policy_called(self.run["policy"], self.instance.framework).is_rank_faithful,
        )
        for each in breaches:
            self._add("E304", each.package, _breach(each), "the decision cannot stand: take it up")
        if breaches:
            return  # sums and margins of what breaks the contract say nothing
        self._check_outside()
        loads = dict(self.market.loads(allocation))
        chosen = {PackageId(row["package"]): row["chosen"] for row in self.records}
        totals = dict.fromkeys(("unplaced", "weekly cost", "tier", "position"), 0)
        totals["weekly cost"] = self._unused_hours(allocation)
        for row in self.records:
            home = self.home_of[PackageId(row["package"])]
            eligible = self._eligible(home)
            self._check_eligible(row, eligible)
            self._check_excluded(row, home, eligible)
            self._check_runner_up(row, home, chosen, eligible, loads)
            self._add_up(totals, row, home)
        for name, total in totals.items():
            if self.run["totals"].get(name) != total:
                message = f"{name} is {self.run['totals'].get(name)} on record, {total} by the decisions"
                self._add("E306", audit.RUN, message, "correct the record")
        framework = [each.code for each in self.instance.framework.tiers if each.on_framework]
        for supply, tiers in (("all", None), ("framework", framework)):
            for fault in check_certificates(self.market, self.certificates[supply], tiers=tiers):
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
                    kept=chosen.get("kept", False),
                )
            )
        return Allocation(policy=self.run["policy"], placements=tuple(placed), unplaced=tuple(left))

    def _eligible(self, home: list[Package]) -> list[dict[str, Any]]:
        """Who may have a package and its household, in the order they are asked, by the checker's reading."""
        found, market = [], self.market
        for provider in dict.fromkeys(each.provider for each in market.order(home[0].lot, home[0].service)):
            terms = [market.terms(each, provider) for each in home]
            if not market.may_have(home, provider) or self._too_much(home, provider):
                continue
            held = [each for each in terms if each is not None]
            found.append(
                {
                    "provider": provider,
                    "tier": held[0][1].tier,
                    "position": held[0][0],
                    "weekly_cost_pence": sum(
                        weekly_cost(each, admission) for each, (_, admission) in zip(home, held, strict=True)
                    ),
                }
            )
        chosen = market.choices(home)
        found.sort(key=lambda each: (each["provider"] not in chosen, each["position"]))
        return found

    def _too_much(self, home: list[Package], provider: ProviderId) -> bool:
        """Whether a household is more than all that a provider has."""
        return len(home) > 1 and not self.market.has_room(home, provider, {}, None)

    def _check_eligible(self, row: Any, due: list[dict[str, Any]]) -> None:
        told = [{name: value for name, value in each.items() if name != "short"} for each in row["eligible"]]
        if told != due:
            named = [each["provider"] for each in told], [each["provider"] for each in due]
            message = (
                f"eligible are {', '.join(named[1]) or 'none'}; on record {', '.join(named[0]) or 'none'}"
                if named[0] != named[1]
                else "tier, position or price of an eligible provider is not the contract's"
            )
            self._add("E305", row["package"], message, "the decision was taken among others than it should")

    def _check_excluded(self, row: Any, home: list[Package], eligible: list[dict[str, Any]]) -> None:
        """Everybody else stands excluded, by rules that do keep them out."""
        told: dict[str, set[str]] = {}
        for each in row["excluded"]:
            for provider in each["providers"]:
                told.setdefault(provider, set()).add(each["rule"])
        mays = {each["provider"] for each in eligible}
        for provider in self.inside[home[0].lot]:
            due = {rule.value for each in home for rule, _ in self.market.refusals(each, provider)}
            if not due and provider not in mays:
                due = {Rule.HOUSEHOLD.value}
            rules = told.pop(provider, set())
            wrong = rules - due if provider not in mays else rules
            if wrong or (provider not in mays and not rules):
                by = f"is kept out by {', '.join(sorted(due)) or 'nothing'}"
                record = f"on record by {', '.join(sorted(rules)) or 'nothing'}"
                self._add("E305", row["package"], f"{provider} {by}, {record}", "as above")
        for stranger in sorted(told):
            message = f"{stranger} does not serve the lot, nor needs a reason"
            self._add("E305", row["package"], message, "as above")

    def _check_outside(self) -> None:
        """Those told once as outside a lot are those not admitted to it."""
        for lot, told in self.run["outside_lot"].items():
            due = [each.id for each in self.instance.providers if each.id not in self.inside[LotCode(lot)]]
            if told != due:
                self._add("E305", audit.RUN, f"others than told are outside lot {lot}", "as above")

    def _check_runner_up(
        self,
        row: Any,
        home: list[Package],
        chosen: Mapping[PackageId, Any],
        eligible: list[dict[str, Any]],
        loads: Mapping[Key, int],
    ) -> None:
        now = row["chosen"]["provider"]
        others = (
            each
            for each in eligible
            if each["provider"] != now and self.market.has_room(home, each["provider"], loads, now)
        )
        last = {"provider": None, "weekly_cost_pence": self._last_resort(home)}
        due = next(others, last)
        margin = due["weekly_cost_pence"] - sum(chosen[each.id]["weekly_cost_pence"] for each in home)
        if (row["runner_up"]["provider"], row["margin_pence"]) != (due["provider"], margin):
            message = (
                f"next best is {due['provider'] or 'last resort'} at {margin:+} pence a week; on record "
                f"{row['runner_up']['provider'] or 'last resort'} at {row['margin_pence']:+}"
            )
            self._add("E306", row["package"], message, "correct the record")

    def _last_resort(self, home: list[Package]) -> int:
        return sum(last_resort_cost(each, self.instance.framework) for each in home)

    def _add_up(self, totals: dict[str, int], row: Any, home: list[Package]) -> None:
        """Add one record: its own cost, and all that counts by the household with its first member."""
        chosen = row["chosen"]
        totals["weekly cost"] += chosen["weekly_cost_pence"]
        if row["package"] != home[0].id:
            return
        weight = max(1, sum(each.weekly_care for each in home))
        if chosen["provider"] is None:
            totals["unplaced"] += weight
            totals["tier"] += weight * len(self.instance.framework.tiers)
            totals["position"] += weight * (len(self.market.order(home[0].lot, home[0].service)) + 1)
        elif chosen["provider"] not in self.market.choices(home):
            totals["tier"] += weight * self.instance.framework.tier_order(chosen["tier"])
            totals["position"] += weight * chosen["position"]

    def _unused_hours(self, allocation: Allocation) -> int:
        """Pence a week for hours guaranteed and not used, where the contract counts them."""
        framework, held, total = self.instance.framework, allocation.provider_of, 0
        if framework.kind_of(Rule.GUARANTEE) is not RuleKind.SOFT:
            return 0
        sectors = {each.id: each.sectors for each in self.instance.localities}
        for promise in framework.guarantees:
            used = sum(
                each.weekly_care
                for each in self.instance.packages
                if each.sector in sectors[promise.locality] and held.get(each.id) == promise.provider
            )
            total += -(-max(0, promise.weekly_care - used) * promise.shortfall_rate // 3600)
        return total


def _breach(breach: Breach) -> str:
    who = f" with {breach.provider}" if breach.provider else ""
    return f"{breach.rule.value}{who}: {breach.message}"
