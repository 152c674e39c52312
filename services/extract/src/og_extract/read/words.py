"""Words that pages in the languages of the web are read by."""
# ruff: noqa: RUF001 - letters of other scripts look like Latin ones

from __future__ import annotations

import re
from typing import Final

# "By", or a label before a colon.
BY: Final = re.compile(
    r"^(?:(?:written|posted|published|words|story|reported|recipe)\s+by|by|von|verfasst von"
    r"|geschrieben von|eingestellt von|ein(?: (?:artikel|beitrag|gastbeitrag|kommentar))? von"
    r"|text von|par|por|di|door|av|af|tekijä|szerző|yazan|scris de|от|автор|"
    r"(?:author|autor(?:in|en|a|es)?|auteur|autore|redakteur(?:in)?|redaktion|text|texto|testo"
    r"|tekst|skriven av|foto (?:und|&) text|text (?:und|&) fotos?"
    r"|作者|文|记者|記者|责任编辑|編輯|编辑)"
    r"\s*[:：])(?![\w])\s*",
    re.IGNORECASE,
)
EDITORS: Final = re.compile(
    r"(?:作者|记者|記者|责任编辑|責任編輯)\s*[:：]\s*([\u3400-\u9fff·]{2,6})"
)

CURRENCY: Final = re.compile(
    r"[$€£¥₹₽₩₺₴₪₫฿₱₦]|\b[A-Z]{3}\b|\bkr\b|zł|Kč|\bFt\b|\blei\b|\bRs\b|\bRp\b|руб|,-",
    re.IGNORECASE,
)
SOLD_OUT: Final = re.compile(
    r"out of stock|sold out|(?:currently|temporarily) (?:unavailable|out)|not available|ausverkauft"
    r"|nicht (?:verfügbar|lieferbar|vorrätig|auf lager)|vergriffen|rupture de stock|épuisé"
    r"|(?:actuellement )?indisponible|agotado|sin stock|no disponible|esgotado|indisponível"
    r"|non disponibile|esaurito|uitverkocht|niet (?:op voorraad|leverbaar)|slutsåld|ej i lager"
    r"|udsolgt|utsolgt|loppuunmyyty|wyprzedan|brak w magazynie|niedostępn|vyprodáno|není skladem"
    r"|нет в наличии|распродан|elfogyott|stoc epuizat|εξαντλημένο|tükendi"
    r"|売り切れ|在庫切れ|缺货|품절",
    re.IGNORECASE,
)
BRAND_LABELS: Final = frozenset(
    {
        *("brand", "marke", "marque", "marca", "merk", "märke", "varumärke", "mærke", "merke"),
        *("merkki", "marka", "značka", "zīmols", "márka", "бренд", "марка", "ブランド", "品牌"),
        *("브랜드", "brand name", "manufacturer", "hersteller", "fabricant", "fabricante"),
        *("produttore", "производитель", "fabrikant", "producent", "výrobce", "tillverkare"),
    }
)
