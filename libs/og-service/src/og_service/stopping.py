"""How processes end without failing anybody (decision 55): the numbers that belong together.

    PRE_STOP_S                the replica is taken off the lists; nobody has told it yet
    SIGTERM
    HANDOVER_S or DRAIN_S     it says that it is about to end, and serves whoever still asks
    STOP_GRACE_S              it takes nothing new, and ends what is under way
    FINISH_S                  it ends what no answer waits for

What starts and stops processes, such as the manifests in k8s/, keeps to them; a test compares.
"""

from __future__ import annotations

from typing import Final

PRE_STOP_S: Final = 5.0
"""At least: longer than every node of a cluster, or a gateway, takes to learn that a replica is to
get nothing new, and than a Service's name is remembered."""
HANDOVER_S: Final = 0.5
"""Of a gRPC server, whose clients are told at once. Not longer: who knows of no other server asks
for their addresses anew only once this one has ended, and repeats calls until then."""
DRAIN_S: Final = 2.0
"""Of the edge, at most: who uses a connection in this time is told that it was its last answer."""
STOP_GRACE_S: Final = 10.0
"""Longer than any request has: og_edge.exchange.REQUEST_BUDGET_S."""
FINISH_S: Final = 12.0
"""As long as a flight of the edge may last: og_edge.flights.FLIGHT_TIMEOUT_S."""
AFTER_SIGTERM_S: Final = DRAIN_S + STOP_GRACE_S + FINISH_S
"""What terminationGracePeriodSeconds has to leave beside the preStop sleep."""
MIN_READY_S: Final = 15.0
"""minReadySeconds: by then every client has connected anew, and has found the new replica
(og_service.server.CONNECTION_AGE_MAX_MS), before an old one goes."""
