"""Records of a run: order lines by stock, purchase orders, messages, contacts and treatment."""
