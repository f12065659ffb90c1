"""When customers who wait ask where their order is: a hazard that rises with silence and with a broken promise.

A line asks when the hazard it has gathered reaches its own threshold, drawn from the unit exponential. Between
two messages the hazard grows at one rate while the customer feels informed, then at another.
"""

from __future__ import annotations

import math

from simulator.scenario.support import Ask


def contact_rate(ask: Ask, silence: float, broken: bool) -> float:  # noqa: FBT001 - a state, not a switch
    """Contacts a day of a line that waits.

    ``silence``: days since the last message (or since the order); ``broken``: whether the last promise is broken.
    """
    told = ask.informed if silence < ask.silence else ask.silent
    return max(told, ask.broken_promise) if broken else told


def contact_hazard(ask: Ask, since: float, until: float, broken: bool) -> float:  # noqa: FBT001
    """Contacts to be expected while the silence grows from ``since`` to ``until`` (days, since <= until)."""
    turn = min(max(ask.silence, since), until)
    return contact_rate(ask, 0.0 if since < ask.silence else since, broken) * (turn - since) + contact_rate(
        ask, math.inf, broken
    ) * (until - turn)


def days_until_contact(ask: Ask, hazard: float, silence: float, broken: bool) -> float:  # noqa: FBT001
    """Days until a further ``hazard`` is gathered if nothing is heard and no promise breaks; may be infinite.

    ``silence`` (days) and ``broken`` say how things are now.
    """
    informed, days = contact_rate(ask, silence, broken), max(ask.silence - silence, 0.0)
    if hazard <= informed * days:
        return hazard / informed if hazard > 0.0 else 0.0
    silent = contact_rate(ask, math.inf, broken)
    return days + (hazard - informed * days) / silent if silent > 0.0 else math.inf
