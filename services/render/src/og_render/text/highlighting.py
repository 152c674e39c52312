"""Program text cut into lines of runs, each with its role in the language's grammar.

The language is told, never guessed: guessing asks every grammar there is. What is read is bounded
before any grammar sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

import regex  # type: ignore[import-untyped]  # it ships no types
from pygments.lexer import Lexer  # type: ignore[import-untyped]  # as regex
from pygments.lexers import (  # type: ignore[import-untyped]  # as regex
    find_lexer_class,
    get_all_lexers,
)
from pygments.token import Token, _TokenType  # type: ignore[import-untyped]  # as regex

from og_render.text.cleaning import clean

MAX_LINES = 40
MAX_COLUMNS = 160
# Grammars in wide use, whose patterns are known not to run away on odd input.
_GRAMMARS = frozenset(
    [
        "Bash",
        "C",
        "C#",
        "C++",
        "CSS",
        "Clojure",
        "Dart",
        "Diff",
        "Docker",
        "Elixir",
        "Erlang",
        "F#",
        "Go",
        "GraphQL",
        "HTML",
        "Haskell",
        "INI",
        "JSON",
        "JSX",
        "Java",
        "JavaScript",
        "Julia",
        "Kotlin",
        "Lua",
        "Makefile",
        "Nginx configuration file",
        "Nix",
        "OCaml",
        "Objective-C",
        "PHP",
        "Perl",
        "PowerShell",
        "Protocol Buffer",
        "Python",
        "Ruby",
        "Rust",
        "SCSS",
        "SQL",
        "Scala",
        "Solidity",
        "Swift",
        "TOML",
        "TSX",
        "Terraform",
        "TypeScript",
        "XML",
        "YAML",
        "Zig",
    ]
)
_SPACES = regex.compile(r"(\s+)")


class Role(Enum):
    """What a piece of program text is."""

    PLAIN = "plain"
    COMMENT = "comment"
    KEYWORD = "keyword"
    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    """A function, a tag: what is called."""
    TYPE = "type"
    MARK = "mark"
    """Brackets and operators."""


# The first that holds the token decides.
_ROLES: tuple[tuple[_TokenType, Role], ...] = (
    (Token.Comment.Preproc, Role.KEYWORD),
    (Token.Comment, Role.COMMENT),
    (Token.Keyword.Type, Role.TYPE),
    (Token.Keyword.Constant, Role.NUMBER),
    (Token.Keyword, Role.KEYWORD),
    (Token.Operator.Word, Role.KEYWORD),
    (Token.Literal.String, Role.STRING),
    (Token.Literal.Number, Role.NUMBER),
    (Token.Name.Function, Role.NAME),
    (Token.Name.Decorator, Role.NAME),
    (Token.Name.Tag, Role.NAME),
    (Token.Name.Class, Role.TYPE),
    (Token.Name.Namespace, Role.TYPE),
    (Token.Name.Builtin, Role.TYPE),
    (Token.Name.Attribute, Role.TYPE),
    (Token.Generic.Inserted, Role.STRING),
    (Token.Generic.Deleted, Role.KEYWORD),
    (Token.Generic, Role.COMMENT),
    (Token.Operator, Role.MARK),
    (Token.Punctuation, Role.MARK),
)


@dataclass(frozen=True)
class Run:
    """A piece of one line."""

    text: str
    role: Role


Line = tuple[Run, ...]


def highlighted(lines: Sequence[str], language: str) -> list[Line]:
    """Give the first lines, each cut at MAX_COLUMNS; all plain where the language is unknown."""
    kept = [_visible(line[:MAX_COLUMNS]) for line in lines[:MAX_LINES]]
    lexer = _lexer(language)
    if lexer is None:
        return [(Run(line, Role.PLAIN),) if line else () for line in kept]
    return list(_lines(lexer, "\n".join(kept)))


def _visible(line: str) -> str:
    """Drop what is not seen or turns the order of letters around; spaces stay as they are."""
    pieces = _SPACES.split(line)
    return "".join(" " * len(it) if it.isspace() else clean(it) for it in pieces)


@cache
def _names() -> dict[str, str]:
    """Give the grammars by all the names they go by."""
    known: dict[str, str] = {}
    for name, aliases, patterns, _ in get_all_lexers(plugins=False):
        if name in _GRAMMARS:
            endings = [it.removeprefix("*.") for it in patterns if it.startswith("*.")]
            known |= dict.fromkeys((*endings, name.lower(), *aliases), name)
    return known


def _lexer(language: str) -> Lexer | None:
    name = _names().get(language.strip().lower())
    found = find_lexer_class(name) if name else None
    return found(stripnl=False, ensurenl=False) if found else None


def _lines(lexer: Lexer, text: str) -> Iterator[Line]:
    line: list[Run] = []
    for token, value in lexer.get_tokens(text):
        for number, piece in enumerate(value.split("\n")):
            if number:
                yield tuple(line)
                line = []
            if piece:
                line.append(Run(piece, _role(token)))
    yield tuple(line)


def _role(token: _TokenType) -> Role:
    return next((role for kind, role in _ROLES if token in kind), Role.PLAIN)
