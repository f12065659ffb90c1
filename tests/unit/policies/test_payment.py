import numpy as np
import pytest
from numpy import nan
from pydantic import TypeAdapter, ValidationError

from simulator.policies.payment import OnOrder, OnShipment, Payment

READ = TypeAdapter(Payment)
ORDERED, SHIPPED = np.array([1.0, 2.0]), np.array([4.0, nan])


def test_on_shipment():
    policy = READ.validate_python("on_shipment")
    assert policy == OnShipment()
    np.testing.assert_array_equal(policy.charged(ORDERED, SHIPPED), SHIPPED)
    assert policy.refund_handling() == 0


def test_on_order():
    policy = READ.validate_python({"type": "on_order", "refund_delay": "2 days", "refund_cost": 4})
    np.testing.assert_array_equal(policy.charged(ORDERED, SHIPPED), ORDERED)
    np.testing.assert_array_equal(policy.refunded(np.array([9.0, nan])), [11, nan])
    assert policy.refund_handling() == 4
    assert READ.validate_python("on_order") == OnOrder(refund_delay="5 days", refund_cost=3.5)


@pytest.mark.parametrize(
    "value", ["on_delivry", {"type": "on_shipment", "refund_cost": 3}, {"refund_cost": 3}, 7]
)
def test_what_is_no_payment_policy(value):
    with pytest.raises(ValidationError):
        READ.validate_python(value)
