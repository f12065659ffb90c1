"""Supply: purchase orders, and the legs on their route from the supplier to the shelf."""
