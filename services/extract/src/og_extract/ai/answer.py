"""Reading what an endpoint sent: nothing of it is trusted to have any shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler
from pydantic.functional_validators import WrapValidator

from og_extract.ai.outcome import AiError

MAX_OBJECTS_TRIED = 32
MAX_CONTENT_CHARS = 65_536

_END_OF_THOUGHTS = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
"""What begins them may stand in the model's template, and so not in what it says."""
_REQUIRED: Final = ("title", "description")


def _none_unless_fit(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(value)
    except ValidationError:
        return None


Text = Annotated[str | None, Field(strict=True), WrapValidator(_none_unless_fit)]
"""A value of the wrong type costs its own field only."""


class Answer(BaseModel):
    """What a model says of a page, unchecked; None where it says nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Text = None
    description: Text = None
    site_name: Text = Field(default=None, validation_alias="siteName")
    author: Text = None
    published_at: Text = Field(default=None, validation_alias="publishedAt")
    price: Text = None
    rating: Text = None

    @property
    def labels(self) -> dict[str, str | None]:
        """What it chose, by field name."""
        return {
            "siteName": self.site_name,
            "author": self.author,
            "publishedAt": self.published_at,
            "price": self.price,
            "rating": self.rating,
        }


def read_answer(completion: object) -> Answer:
    """Find the model's answer in a chat completion. Raises AiError where there is none.

    Fences and prose around the object, and thoughts before it, do no harm; two different objects
    do, and so does one that is cut short.
    """
    content = _END_OF_THOUGHTS.split(_content(completion)[:MAX_CONTENT_CHARS])[-1]
    objects = [found for found in _objects(content) if any(name in found for name in _REQUIRED)]
    if not objects or any(other != objects[0] for other in objects):
        raise AiError("answer holds not one object of the schema" if objects else "no such object")
    return Answer.model_validate(objects[0])


class _Message(BaseModel):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


def _content(completion: object) -> str:
    try:
        message = _Completion.model_validate(completion).choices[0].message
    except ValidationError:
        raise AiError("answer is no chat completion") from None
    if message.refusal:
        raise AiError("the model refused")
    if isinstance(message.content, list):
        parts = [part.get("text") for part in message.content]
        return "".join(part for part in parts if isinstance(part, str))
    return message.content or ""


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Give the outermost JSON objects of a text."""
    decoder, position = json.JSONDecoder(strict=False), 0
    for _ in range(MAX_OBJECTS_TRIED):
        position = text.find("{", position)
        if position < 0:
            return
        try:
            found, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            position += 1
            continue
        if isinstance(found, dict):
            yield found
