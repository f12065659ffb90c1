"""Numba: an event simulation of the shop, order line by order line, as a compiled loop."""

import heapq

import numpy as np
from numba import njit
from one_product import Floats, Shop, play


@njit
def waits(random: np.random.Generator, lines: int, shop: Shop) -> Floats:
    """Return the wait of every line, in days."""
    came, waited = np.empty(lines), np.zeros(lines)
    on_hand = shop.reorder_level + shop.quantity
    position = on_hand
    first = 0  # of those who wait, or the next to come
    landings = [np.inf]
    now = 0.0
    for line in range(lines):
        now += random.exponential(shop.between)
        while landings[0] <= now:
            landing = heapq.heappop(landings)
            on_hand += shop.quantity
            while on_hand > 0 and first < line:
                waited[first] = landing - came[first]
                on_hand -= 1
                first += 1
        came[line] = now
        if on_hand > 0:
            on_hand -= 1
            first = line + 1
        position -= 1
        if position <= shop.reorder_level:
            position += shop.quantity
            heapq.heappush(landings, now + random.gamma(shop.shape, shop.scale))
    while first < lines:  # they are served after the last order
        landing = heapq.heappop(landings)
        on_hand += shop.quantity
        while on_hand > 0 and first < lines:
            waited[first] = landing - came[first]
            on_hand -= 1
            first += 1
    return waited


if __name__ == "__main__":
    play(waits)
