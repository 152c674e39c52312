"""The picture of each template, which galleries and the docs show."""

from __future__ import annotations

import asyncio
import io

import httpx
import pytest
from PIL import Image

from og_edge.examples import EXAMPLE_ACCENTS
from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.support.processes import stopped, with_descendants

STANDARD = "/templates/generic/standard.webp"


def check_picture(response: httpx.Response, size_px: tuple[int, int] = (1200, 630)) -> None:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/webp"
    assert "public, max-age=86400" in response.headers["cache-control"]
    image = Image.open(io.BytesIO(response.content))
    assert (image.format, image.size) == ("WEBP", size_px)


async def test_every_template_has_a_picture_of_its_own_light_and_dark(api: Api) -> None:
    listed = (await api.client.get("/api/templates")).json()["templates"]
    paths = [f"/templates/{it['id']}.webp?theme={th}" for it in listed for th in ("light", "dark")]
    answers = await asyncio.gather(*map(api.client.get, paths))
    for answer in answers:
        check_picture(answer)
    assert len({answer.content for answer in answers}) >= len(paths) - len(listed)
    assert len({answer.content for answer in answers[::2]}) == len(listed)


async def test_a_picture_comes_in_colours_and_sizes(api: Api) -> None:
    color = EXAMPLE_ACCENTS[0].removeprefix("#")
    plain = await api.client.get(STANDARD)
    tinted = await api.client.get(STANDARD, params={"accentColor": color, "gradientBg": "true"})
    tall = await api.client.get(STANDARD, params={"size": "tall"})
    check_picture(plain)
    check_picture(tinted)
    check_picture(tall, (1080, 1350))
    assert plain.content != tinted.content


async def test_who_has_it_is_sent_nothing(api: Api) -> None:
    got = await api.client.get(STANDARD)
    head = await api.client.head(STANDARD)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    again = await api.client.get(STANDARD, headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/templates/generic/nothing.webp",
        f"{STANDARD}?theme=blue",
        f"{STANDARD}?accentColor=123456",
        "/templates/generic/standard.png",
    ],
)
async def test_there_is_no_other_picture(api: Api, path: str) -> None:
    assert (await api.client.get(path)).status_code == 404


async def test_while_render_is_away_a_picture_that_was_drawn_is_served(
    api: Api, stack: Stack
) -> None:
    check_picture(await api.client.get(STANDARD))
    names = stack.services.names("render")
    pids = [pid for name in names for pid in with_descendants(stack.process(name).pid)]
    new = {"theme": "dark", "accentColor": "475569", "gradientBg": "true"}
    with stopped(pids):
        check_picture(await api.client.get(STANDARD))
        missing = await api.client.get(STANDARD, params=new)
        assert missing.status_code == 500
        assert missing.headers["cache-control"] == "no-store"
        assert missing.json()["error"]["code"] == "internal_error"
    check_picture(await api.client.get(STANDARD, params=new))
