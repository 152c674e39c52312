"""The command `og`."""

from __future__ import annotations

import typer

from og_cli import accounts, audit, credit, explain, extract, keys, sites
from og_cli.prewarm import command as prewarm
from og_service.pipes import results_on_stdout

HELP = """\
Accounts, API keys, sites and credits of a running Instant OG.

\b
An account with credits, and a key that spends them:
  og accounts create --email ann@example.com --plan pro
  og accounts set-plan --account acct_… --plan business
  og keys create --account acct_… --name "Build server" --expires 90d --daily-credits 500
  og keys rotate --key key_… --overlap 24h
\b
A site, for cards in meta tags without a key:
  og sites create --account acct_… --domain example.com --host staging.example.com
  og sites update --site site_… --daily-cards 200 --daily-credits 5000
\b
Credits:
  og credits grant --account acct_… --pack small --reference "order 1234"
  og credits balance --account acct_…
  og credits statement --account acct_… --from 2026-11-01 --by-day
  og credits statement --account acct_… --all --csv > statement.csv
  og credits usage --account acct_…
  og credits notices
\b
Does the money agree with the cards? Of all accounts, or of one:
  og audit
  og audit --account acct_…
\b
Whoever does harm:
  og accounts suspend --account acct_… --reason "floods us"
  og accounts resume --account acct_…
\b
Pages as they are read: one with all that it offers, or many, from files:
  og explain https://example.com/post
  og extract --jsonl < pages.jsonl > results.jsonl
\b
The cards of a whole site, before anybody shares its pages, by OG_API_KEY:
  og prewarm --sitemap https://example.com/sitemap.xml --template article/blog-post

\b
--json prints one JSON object instead of text for people:
  og accounts create --email bob@example.com --plan free --json   {"id": "acct_…", …}

Which system: OG_AUTH_TARGET, OG_BILLING_TARGET, OG_EXTRACT_TARGET if set, as whoever the
certificate of OG_TLS_CERTIFICATE, OG_TLS_KEY and OG_TLS_CA says, or on this machine with
OG_CALLER_TOKEN; else the one `make run` started, found by .local/run.json in this directory, one
above it, or the checkout that this og belongs to.

Exit status: 0 done, 1 refused, or of an audit: something is wrong, 2 wrong usage, 3 no system to
talk to, 78 a setting that cannot be; 1 or 141 where nobody read all of it, as after | head.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(accounts.app, name="accounts")
app.add_typer(keys.app, name="keys")
app.add_typer(sites.app, name="sites")
app.add_typer(credit.app, name="credits")
app.command("audit")(audit.audit)
app.command("explain")(explain.explain)
app.command("extract", help=extract.HELP)(extract.extract)
app.command("prewarm", help=prewarm.HELP)(prewarm.prewarm)


def main() -> None:
    """Run the command line."""
    with results_on_stdout():
        app()
