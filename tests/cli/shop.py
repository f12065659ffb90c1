"""A scenario small enough for one replication in no time, in which customers of two segments wait."""

SHOP = """\
name: Corner shop
question: Who waits?
run: {horizon: 60 days, cool_down: 30 days, replications: 1, seed: 7}
products:
  tea: {price: 4, cost: 1.5, holding: 25 %/year}
  pots: {price: 20, cost: 9}
customers:
  members: {priority: 1}
  passers-by: {priority: 2, will_wait: 50 %}
demand:
  - {product: tea, segments: {members: 40 %, passers-by: 60 %}, rate: 6/day}
  - {product: pots, segment: members, rate: 1/day}
suppliers:
  importer: {lead_time: {dist: exponential, mean: 8 days}}
policies:
  replenishment: {type: r_Q, r: 30, Q: 40}
alternatives:
  no waiting: {policies: {backorders: reject}}
  members first: {policies: {allocation: priority}}
"""
