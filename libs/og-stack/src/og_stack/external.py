"""Stores of the caller's own, named by DATABASE_URL and REDIS_URL."""

from __future__ import annotations

import psycopg
import redis

from og_stack.embedded import StoreError

CONNECT_TIMEOUT_S = 5


def demand_postgres(dsn: str) -> None:
    """Raise StoreError where DATABASE_URL leads to no server that lets us in."""
    try:
        psycopg.connect(dsn, connect_timeout=CONNECT_TIMEOUT_S).close()
    except psycopg.Error as error:
        raise StoreError(f"DATABASE_URL cannot be used: {' '.join(str(error).split())}") from error


def demand_valkey(url: str) -> None:
    """Raise StoreError where REDIS_URL leads to no server that lets us in."""
    try:
        with redis.Redis.from_url(
            url, socket_timeout=CONNECT_TIMEOUT_S, socket_connect_timeout=CONNECT_TIMEOUT_S
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StoreError(f"REDIS_URL cannot be used: {' '.join(str(error).split())}") from error
