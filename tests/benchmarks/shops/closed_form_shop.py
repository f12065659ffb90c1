"""numpy: the wait of every order line as a formula of columns, without events.

Lines are served in the sequence in which they came, so that line n takes unit n: one of the r + Q units of the start,
or one of a purchase order. Sorted landings give the time of each unit; a line waits from its arrival to that time, if
that is later.
"""

import numpy as np
from one_product import Floats, Shop, play


def waits(random: np.random.Generator, lines: int, shop: Shop) -> Floats:
    """Return the wait of every line, in days. One column serves for arrivals and waits, as memory costs time."""
    column = random.standard_exponential(lines)
    column *= shop.between
    came = np.cumsum(column, out=column)
    placed = came[shop.quantity - 1 :: shop.quantity]
    landings = np.sort(placed + random.gamma(shop.shape, shop.scale, len(placed)))
    from_start = shop.reorder_level + shop.quantity
    later = came[from_start:]
    whole = len(later) // shop.quantity
    batches, rest = np.split(later, [whole * shop.quantity])
    batches = batches.reshape(whole, shop.quantity)
    np.subtract(landings[:whole, None], batches, out=batches)
    np.subtract(landings[whole : whole + 1], rest, out=rest)
    column[:from_start] = 0.0
    return np.maximum(column, 0.0, out=column)


if __name__ == "__main__":
    play(waits)
