import socket
import subprocess
import sys

import pytest

from og_stack.ports import LOOPBACK, PortInUseError, demand_free, free_ports, free_ports_in_a_row

DEMAND = "import sys; from og_stack.ports import demand_free; demand_free('{}', {}, 'OG_HTTP_PORT')"


def refusal_of_another_process(port: int) -> str:
    command = [sys.executable, "-c", DEMAND.format(LOOPBACK, port)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr


def test_a_port_is_given_once() -> None:
    found = [port for _ in range(20) for port in free_ports(3)]
    assert len(set(found)) == 60


def test_ports_in_a_row_are_given_once() -> None:
    first = free_ports_in_a_row(4)
    assert not set(range(first, first + 4)) & set(free_ports(1_000))


def test_what_one_process_was_given_no_other_takes() -> None:
    [port] = free_ports(1)
    demand_free(LOOPBACK, port, "OG_HTTP_PORT")
    assert f"port {port} is in use: choose another" in refusal_of_another_process(port)


@pytest.mark.parametrize("option", [socket.SO_REUSEADDR, socket.SO_REUSEPORT])
def test_a_port_that_somebody_listens_on_is_refused(option: int) -> None:
    [port] = free_ports(1)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, option, 1)
        other.bind((LOOPBACK, port))
        other.listen()
        with pytest.raises(PortInUseError, match=f"port {port} is in use: .* OG_HTTP_PORT"):
            demand_free(LOOPBACK, port, "OG_HTTP_PORT")
