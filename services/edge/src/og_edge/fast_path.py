"""The short way of a card in memory: from the protocol to the desk and back, without a task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from og_edge import request_spans
from og_edge.card_service import CardService
from og_edge.desk import Desk
from og_edge.exchange import note_answer
from og_edge.incoming import Head
from og_edge.reception import Arrival, Reception
from og_edge.responses import CardResponse
from og_edge.under_way import UnderWay
from og_edge.wanted import Wanted

log = structlog.get_logger()

FAST_PATH: Final = "og.fast_path"
"""Key of the application's state under which the HTTP protocol finds it."""
ARRIVAL: Final = "og.arrival"
"""Key of scope["state"] under which a request that was received already is handed on."""

Answered = Callable[[Arrival, CardResponse | None], None]


class FastPath:
    """Sells cards from memory.

    A task, ASGI's messages and their checks cost more than everything a card in memory needs.
    Whatever is not simply sold goes the way of all other requests, authorized by then.
    """

    def __init__(
        self, reception: Reception, desk: Desk, cards: CardService, under_way: UnderWay
    ) -> None:
        self._reception = reception
        self._desk = desk
        self._cards = cards
        self._under_way = under_way

    def begin(self, head: Head, answered: Answered) -> Arrival | None:
        """Order the card that head asks for; None where head asks for anything else.

        `answered` is called later, with the response, or None where the arrival is to be handed on.
        """
        if self._under_way.is_full:
            return None
        arrival = self._reception.receive_at_once(head)
        if arrival is not None:
            self._under_way.enter()
            arrival.visit.leave = partial(self._end, arrival, answered)
            self._desk.take(arrival.visit)
        return arrival

    def abandon(self, arrival: Arrival) -> None:
        """Forget what was begun: its client has hung up."""
        self._desk.abandon(arrival.visit)
        arrival.exchange.end()
        request_spans.abandon(arrival.exchange.span)
        self._under_way.leave()

    def _end(self, arrival: Arrival, answered: Answered) -> None:
        try:
            response = self._response(arrival)
        except Exception as error:  # handed on, it becomes an answer all the same
            log.exception("sale failed", request_id=arrival.exchange.request_id, exc_info=error)
            response = None
        if response is not None:
            self._under_way.leave()
        answered(arrival, response)

    def _response(self, arrival: Arrival) -> CardResponse | None:
        visit, wanted, exchange = arrival.visit, arrival.wanted, arrival.exchange
        if visit.sale is None or visit.authorization is None or not isinstance(wanted, Wanted):
            return None
        exchange.note(visit.authorization)
        response = arrival.response_with(visit.sale, wanted)
        exchange.end()
        note_answer(exchange, response, "ok")
        if exchange.span is not None:
            request_spans.note_status(exchange.span, response.status_code)
            exchange.span.end()
        self._cards.note_use(visit.sale.card)
        return response
