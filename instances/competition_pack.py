"""The audit pack of a mini-competition: its input files, the record, the model; and all of it recomputed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geodata.report import InputError, Report, Severity
from instances.competition_file import FILE, FILES, competition_of
from optimiser.competition import problem as mathematics
from optimiser.competition.as_awards import Awards, as_awards
from optimiser.competition.check import check
from optimiser.competition.competition import Competition
from optimiser.competition.eligible import eligible
from optimiser.competition.evaluate import evaluate
from optimiser.competition.formulation import build_model
from optimiser.competition.outcome import Outcome
from optimiser.competition.record import record
from optimiser.solving.limits import Limits
from optimiser.solving.progress import Reporter, silent
from optimiser.solving.provenance import canonical, versions
from optimiser.solving.sealing import SealFault, as_json, broken, sealed

FORMAT = "carerounds competition pack 1"
RECORD, RUN, MODEL, MATHEMATICS, README = (
    "record.json",
    "run.json",
    "model.lp",
    "mathematics.txt",
    "README.txt",
)
ABOUT = """What is in this audit pack

competition.toml, bids.csv, quality.csv (and batches.csv, travel.csv)
                 the competition as it was evaluated
record.json      eligible bids and why others are not, scores, awards, how ties were decided, the best
                 award set without each winner, what every weight and price moves, bundles, decisions
                 of people with who and why
run.json         seed, limits, versions, hash of the input, the solver's proof
mathematics.txt  what was maximised and under which rules
model.lp         the same with this competition's figures, for any solver
manifest.json    SHA-256 of each file

carerounds compete --verify PACK evaluates it anew from the first files and compares. It holds every
bidder's prices: keep it as you keep sealed bids.
"""
CURES = {
    SealFault.NO_PACK: ("E301", "name the folder or .zip that compete --audit wrote"),
    SealFault.MISSING: ("E301", "find the pack as it was written"),
    SealFault.CHANGED: ("E302", "find the pack as it was written: somebody changed this one"),
    SealFault.STRANGE: ("E302", "take the file out of the pack"),
}


def competition_pack(
    inputs: Mapping[str, bytes], competition: Competition, outcome: Outcome, *, decided_at: str
) -> Mapping[str, bytes]:
    """Files of a pack by name; the same evaluation gives the same bytes, but for ``decided_at``.

    Parameters
    ----------
    inputs
        The competition's own files.
    decided_at
        Date and time in ISO 8601, with its offset.
    """
    files = {
        **inputs,
        README: ABOUT.encode(),
        RECORD: as_json(record(competition, outcome)),
        RUN: as_json(_run(outcome, decided_at)),
        **_stated(competition, outcome),
    }
    return sealed(files, FORMAT)


def _stated(competition: Competition, outcome: Outcome) -> Mapping[str, bytes]:
    """The mathematics, in words and in figures."""
    return {
        MATHEMATICS: (mathematics.__doc__ or "").encode(),
        MODEL: _model(as_awards(competition, outcome.eligibility.bids)),
    }


def verify(files: Mapping[str, bytes], *, progress: Reporter = silent) -> Report:
    """Everything in a pack that does not hold, as findings with codes; none where it does."""
    report = Report()
    for each in broken(files, FORMAT, (FILE, RECORD, RUN)):
        code, cure = CURES[each.fault]
        report.add(code, each.file, each.message, cure=cure)
    if report.errors:
        return report
    try:
        competition, _ = competition_of({name: files[name] for name in FILES if name in files})
    except InputError as refused:
        report.findings.extend(refused.findings)
        return report
    try:
        kept, run = json.loads(files[RECORD]), json.loads(files[RUN])
        limits = Limits(seconds=run["limits"]["seconds"], gap=run["limits"]["gap"])
        seed, told = int(run["seed"]), {str(k): str(v) for k, v in run["versions"].items()}
        accepted = [str(each) for each in kept["accepted"]]
        datetime.fromisoformat(run["decided_at"])
        if seed < 0:
            raise ValueError("a seed below nought")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        message = f"it does not hold what a pack holds: {type(error).__name__} {error}"
        report.add("E301", RUN, message, cure="write the pack anew")
        return report
    _check_versions(told, report)
    _check_awards(competition, accepted, kept, report)
    outcome = evaluate(competition, limits=limits, seed=seed, progress=progress)
    due_run = {**_run(outcome, run["decided_at"]), "versions": run["versions"]}
    for file, was, now in ((RECORD, kept, canonical(record(competition, outcome))), (RUN, run, due_run)):
        for where, then, due in _differences(was, now):
            message = f"{where} is {_short(then)} on record, {_short(due)} when it is evaluated anew"
            report.add("E309", file, message, cure="find out which of the two is right")
    for file, data in _stated(competition, outcome).items():
        if files.get(file) != data:
            message = "it is not what this competition comes to"
            report.add("E309", file, message, cure="find out which of the two is right")
    return report


def _check_versions(told: Mapping[str, str], report: Report) -> None:
    changed = [
        f"{name} {told.get(name, 'none')}, now {now}"
        for name, now in versions().items()
        if told.get(name) != now
    ]
    if changed:
        cure = "what differs below may be the version's doing"
        message = f"made with other versions: {'; '.join(changed)}"
        report.add("E308", RUN, message, cure=cure, severity=Severity.WARNING)


def _check_awards(competition: Competition, accepted: list[str], kept: Any, report: Report) -> None:
    """The accepted bids held against the rules by the checker, which knows nothing of how they were found."""
    verdict = check(as_awards(competition, eligible(competition).bids).problem, accepted)
    for breach in verdict.breaches:
        report.add("E304", RECORD, breach, cure="the awards cannot stand: take them up")
    if not verdict.breaches and verdict.worth != kept.get("worth"):
        message = f"the awards are worth {verdict.worth}, on record {kept.get('worth')}"
        report.add("E306", RECORD, message, cure="correct the record")


def _differences(kept: Any, now: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value that differs, with the way to it."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in sorted({*kept, *now}):
            yield from _differences(kept.get(key), now.get(key), f"{where}.{key}" if where else key)
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        for number, (then, due) in enumerate(zip(kept, now, strict=True), start=1):
            yield from _differences(then, due, f"{where}[{number}]")
    elif kept != now:
        yield where, kept, now


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _run(outcome: Outcome, decided_at: str) -> dict[str, Any]:
    came_from = outcome.result.provenance
    return {
        "format": FORMAT,
        "decided_at": decided_at,
        "input_hash": outcome.input_hash,
        "problem_hash": came_from.input_hash,
        "seed": came_from.seed,
        "limits": canonical(came_from.limits),
        "versions": dict(came_from.versions),
        "solver": came_from.solver,
        "status": outcome.result.status.value,
        "stopped_by": outcome.result.stopped_by.value,
        "objective": outcome.result.objective,
        "bound": outcome.result.bound,
        "nodes": outcome.result.iterations,
    }


def _model(awards: Awards) -> bytes:
    """The model in LP format, headed by what its variables are."""
    model = build_model(awards.problem)
    named = [f"\\ {variable.name} = bid {bid}" for bid, variable in model.x.items()]
    named += [f"\\ {variable.name} = batch {batch} to nobody" for batch, variable in model.z.items()]
    with TemporaryDirectory() as folder:
        path = Path(folder) / MODEL
        model.lp.writeLP(path)
        return "\n".join(named).encode() + b"\n" + path.read_bytes()
