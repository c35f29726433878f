"""Everything placed anew under another policy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimiser.impact.scenarios.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """Nobody keeps a package; all are placed by the policy."""

    policy: str

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted."""
        return (
            f"All packages are placed anew under the policy {self.policy}, as if nobody had a provider: "
            "what might be, not what may be done to people on one day.",
        )

    def apply(self, world: World) -> World:
        """The same market under the policy."""
        return replace(world, policy=self.policy, anew=True)
