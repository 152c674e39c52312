"""A Stripe on this machine: its protocol over real HTTP, for what this product asks of it.

`localstripe` knows no prices, checkouts, portal or disputes. This one answers with the shapes of
the API version that the shop names, keeps its own clock, and does what customers, banks and
operators do when a test tells it to. Every change makes the events that Stripe would send.
"""
