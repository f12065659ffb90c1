"""An allocation policy from outside the simulator: last come, first served."""

from simulator.policies.allocation import AllocationPolicy, Column, OrderLines


class LastComeFirstServed(AllocationPolicy):
    """The youngest waiting line first, as from a pile of order forms: the yardstick for unfairness."""

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By falling time of order."""
        return -lines.time
