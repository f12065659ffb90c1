import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.on_hand import last_taker


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=1, max_size=12))
def test_the_last_line_that_took_anything(taken):
    places = np.arange(len(taken) + 1)
    takers = [max((line for line in range(place) if taken[line]), default=-1) for place in places]
    assert last_taker(np.array(taken), places).tolist() == takers
