"""Every field that a page is read for: its name, where it is looked for, and what is fit for it."""

from __future__ import annotations

from typing import Any, Final

from og_extract.read import precedence
from og_extract.read.choosing.authors import judge_author
from og_extract.read.choosing.day_judge import judge_day
from og_extract.read.choosing.judges import (
    judge_availability,
    judge_brand,
    judge_description,
    judge_language,
    judge_own_url,
    judge_picture,
    judge_price,
    judge_rating,
    judge_text,
)
from og_extract.read.choosing.occasion_judges import (
    judge_breadcrumb,
    judge_count,
    judge_duration,
    judge_employment,
    judge_episode,
    judge_lines,
    judge_original_price,
    judge_place,
    judge_salary,
    judge_start_day,
    judge_start_time,
    judge_version,
)
from og_extract.read.choosing.reading_time import judge_reading_time
from og_extract.read.choosing.rules import Rule
from og_extract.read.choosing.sites import judge_site_name
from og_extract.read.choosing.titles import judge_title
from og_extract.read.sources.subjects import Subject

_UNWRITTEN: Final = frozenset({Subject.PRODUCT, Subject.FRONT_PAGE})

FIELDS: Final[tuple[Rule[Any], ...]] = (
    Rule("title", precedence.TITLE, judge_title),
    Rule("description", precedence.DESCRIPTION, judge_description),
    Rule("siteName", precedence.SITE_NAME, judge_site_name),
    Rule("author", precedence.AUTHOR, judge_author, not_on=_UNWRITTEN),
    Rule("publishedAt", precedence.PUBLISHED_AT, judge_day, not_on=_UNWRITTEN),
    Rule("price", precedence.PRICE, judge_price),
    Rule("rating", precedence.RATING, judge_rating),
    Rule("brand", precedence.BRAND, judge_brand),
    Rule("availability", precedence.AVAILABILITY, judge_availability),
    Rule("category", precedence.CATEGORY, judge_text),
    Rule("modifiedAt", precedence.MODIFIED_AT, judge_day),
    Rule("readingTime", precedence.READING_TIME, judge_reading_time),
    Rule("role", precedence.ROLE, judge_text),
    Rule("originalPrice", precedence.ORIGINAL_PRICE, judge_original_price),
    Rule("startDate", precedence.START, judge_start_day),
    Rule("startTime", precedence.START, judge_start_time),
    Rule("location", precedence.LOCATION, judge_place),
    Rule("organizer", precedence.ORGANIZER, judge_text),
    Rule("company", precedence.COMPANY, judge_text),
    Rule("salary", precedence.SALARY, judge_salary),
    Rule("employmentType", precedence.EMPLOYMENT_TYPE, judge_employment),
    Rule("series", precedence.SERIES, judge_text),
    Rule("episode", precedence.EPISODE, judge_episode),
    Rule("duration", precedence.DURATION, judge_duration),
    Rule("breadcrumb", precedence.BREADCRUMB, judge_breadcrumb),
    Rule("version", precedence.VERSION, judge_version),
    Rule("changes", precedence.CHANGES, judge_lines),
    Rule("code", precedence.CODE, judge_lines),
    Rule("programmingLanguage", precedence.PROGRAMMING_LANGUAGE, judge_text),
    Rule("stars", precedence.STARS, judge_count),
    Rule("forks", precedence.FORKS, judge_count),
    Rule("openIssues", precedence.OPEN_ISSUES, judge_count),
)

PICTURES: Final[tuple[Rule[Any], ...]] = (
    Rule("favicon", precedence.FAVICON, judge_picture),
    Rule("image", precedence.IMAGE, judge_picture),
    Rule("productImage", precedence.PRODUCT_IMAGE, judge_picture),
    Rule("avatar", precedence.AVATAR, judge_picture),
)

URL: Final[Rule[Any]] = Rule("url", precedence.CANONICAL, judge_own_url)
LANGUAGE: Final[Rule[Any]] = Rule("language", precedence.LANGUAGE, judge_language)
