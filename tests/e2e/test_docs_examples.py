"""Every shell example of the docs, run as a reader would against a running system."""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from pathlib import Path

import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.web.book import SLUGS
from og_service.channels import open_channel
from og_stack.ports import LOOPBACK, free_ports
from og_stack.stack import Stack
from tests.e2e.api import PNG_SIGNATURE, Api
from tests.e2e.books import create_site
from tests.e2e.replicas import grpc_replica
from tests.support.authority import Authority, environment, mount
from tests.support.customers import CALL_TIMEOUT_S, Customer, operator_token
from tests.support.local_site import LocalSite

FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"--output (\S+)")
EXAMPLE_PAGE = "https://yoursite.com/page"
EXAMPLE_TIMEOUT_S = 60
CURL = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
SOURCE_ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "PYTHONPATH": os.pathsep.join(sys.path),
}
WITH_SHELL = {"quickstart", "verification", "caching", "ai-mode", "api"}


async def blocks(api: Api, slug: str, *languages: str) -> list[str]:
    """Give a page's code in these languages, out of its twin."""
    answer = await api.client.get(f"/docs/{slug}.md")
    assert answer.status_code == 200
    return [code for language, code in FENCE.findall(answer.text) if language in languages]


async def run(program: str, *arguments: str, cwd: Path, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(EXAMPLE_TIMEOUT_S):
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode(errors="replace")
    return told.decode(errors="replace")


async def create_whole_key(stack: Stack, customer: Customer) -> str:
    """Create a key that may do all that the docs do."""
    both = [auth_pb2.API_KEY_SCOPE_GENERATE, auth_pb2.API_KEY_SCOPE_MANAGE]
    request = auth_pb2.CreateApiKeyRequest(
        account_id=customer.account_id, display_name="docs", scopes=both
    )
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        return (await accounts.CreateApiKey(request, timeout=CALL_TIMEOUT_S)).secret


async def test_the_pages_with_shell_examples_are_those_that_are_run(api: Api) -> None:
    assert {slug for slug in SLUGS if await blocks(api, slug, "sh")} == WITH_SHELL


@pytest.mark.parametrize("slug", sorted(WITH_SHELL))
async def test_shell_examples_do_what_the_page_says(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, tmp_path: Path, slug: str
) -> None:
    site_id = await create_site(stack, customer, site.address)
    key = await create_whole_key(stack, customer)
    url = site.put_page("A page")

    def filled(code: str) -> str:
        named = code.replace(EXAMPLE_PAGE, url).replace("YOUR_SITE_ID", site_id)
        return named.replace("YOUR_API_KEY", key)

    tags, *_ = await blocks(api, "quickstart", "html")
    site.put_page("A page", filled(tags), url)
    for code in await blocks(api, slug, "sh"):
        told = await run("bash", "-euc", CURL + filled(code), cwd=tmp_path)
        for name in OUTPUT.findall(code):
            assert (tmp_path / name).read_bytes().startswith(PNG_SIGNATURE), told
        if "/api/verification" in code:
            assert '"verified": true' in told


async def test_the_tags_of_the_reference_are_for_the_cards_it_shows(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    for code in await blocks(api, "api", "html"):
        url = site.put_page("A page")
        tags = code.replace(EXAMPLE_PAGE, url).replace("YOUR_SITE_ID", site_id)
        site.put_page("A page", tags, url)
        for content in re.findall(r'content="([^"]*/api/og[^"]*)"', tags):
            answer = await api.client.get(html.unescape(content))
            assert answer.status_code == 200, answer.text


async def test_internal_programs_call_render_as_the_docs_say(
    api: Api, stack: Stack, tmp_path: Path
) -> None:
    told_by = {
        "RENDER": stack.services.target("render"),
        "TOKEN": operator_token(stack),
        **SOURCE_ENVIRONMENT,
    }
    *_, program = await blocks(api, "grpc", "python")
    told = await run(sys.executable, "-c", program, cwd=tmp_path, **told_by)
    assert told.startswith("1200x630, ")
    _, example = await blocks(api, "grpc", "bash")
    assert '"widthPx": 1200' in await run("bash", "-euc", example, cwd=tmp_path, **told_by)


async def test_internal_programs_call_render_with_certificates_as_the_docs_say(
    api: Api, stack: Stack, tmp_path: Path
) -> None:
    [allowed] = re.findall(r"^OG_CALLER_RPCS=(.*)$", "".join(await blocks(api, "grpc", "text")))
    authority = Authority()
    serving = environment(mount(tmp_path / "render", authority.issue("render"))) | {
        "OG_HEALTH_ADDRESS": f"{LOOPBACK}:{free_ports(1)[0]}",
        "OG_CALLER_RPCS": allowed,
    }
    async with grpc_replica(stack, "render", serving) as target:
        caller = environment(mount(tmp_path / "newsletter", authority.issue("newsletter")))
        told_by = caller | SOURCE_ENVIRONMENT | {"RENDER": f"localhost:{target.rpartition(':')[2]}"}
        program, lasting, _ = await blocks(api, "grpc", "python")
        told = await run(sys.executable, "-c", program, cwd=tmp_path, **told_by)
        assert told.startswith("1200x630, ")
        assert (tmp_path / "card.png").read_bytes().startswith(PNG_SIGNATURE)
        told = await run(sys.executable, "-c", lasting, cwd=tmp_path, **told_by)
        assert told.endswith(" templates\n")
        listing, _ = await blocks(api, "grpc", "bash")
        listed = await run("bash", "-euc", listing, cwd=tmp_path, **told_by)
        assert '"templateId": "generic/standard"' in listed
