"""Words that pages in the languages of the web are read by."""
# ruff: noqa: RUF001 - letters of other scripts look like Latin ones

from __future__ import annotations

import re
from typing import Final

# Before a name; in a sentence they mean other things too.
BY: Final = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|от|de)(?![\w'\u2019])\s*:?\s*", re.IGNORECASE
)
# Before a name and nothing else.
WRITTEN_BY: Final = re.compile(
    r"^(?:(?:written|posted|published|submitted|words|story|reported|recipe)\s+by|verfasst von"
    r"|geschrieben von|eingestellt von|gespeichert von|(?:ein )?(?:artikel|beitrag|gastbeitrag"
    r"|kommentar) von|text von|tekijä|szerző|yazan|scris de|écrit par|publié par|soumis par"
    r"|escrito por|publicado por|enviado por|scritto da|inserito da|geschreven door|skriven av"
    r"|skrevet av|napisane przez|(?:author|autor(?:in|en|a|es)?|auteur|autore|redakteur(?:in)?"
    r"|redaktion|text|texto|testo|tekst|foto (?:und|&) text|text (?:und|&) fotos?|von|by|автор"
    r"|作者|文|记者|記者|责任编辑|編輯|编辑)\s*(?:[:：]|$))(?!\w)\s*:?\s*",
    re.IGNORECASE,
)
# What may stand in a name in lower case.
NAME_PARTICLES: Final = frozenset(
    re.findall(
        r"\w+",
        "af al am and av aus bei bin da das de del della den der des di do dos du e el en et for"
        " from für in la le los of og och the ter ten to und van vom von y zu zum zur i",
    )
)

# In a page's source: the label, at the start of a text, then the next text, tags between skipped.
# What it may begin with is looked at first, since there are many texts. Nothing that was matched
# is given back (as "*+" says), or runs of white space would be parted in every way there is.
AUTHOR_LABEL: Final = re.compile(
    r">\s*+(?=[AaEeGgPpSVvWwА作文記記记責责])"
    r"(?:(?:[Aa]uthor|[Aa]utor(?:in|en)?|[Aa]uteur|[Aa]utore|[Vv]erfasser(?:in)?|Автор|作者|记者"
    r"|記者|责任编辑|責任編輯|文)\s*+[:：]|(?:[Ww]ritten by|[Pp]osted by|Eingestellt von"
    r"|[Vv]erfasst von|[Gg]eschrieben von|[Ee]rstellt von|Publié par|Publicado por|Escrito por"
    r"|Scritto da|Pubblicato da|Geschreven door)(?=[\s:<]))"
    r"\s*+:?\s*+(?:<[^<>]{0,300}>\s*+){0,4}([^<>{}\n]{2,80})"
)
# The same for days of publication.
DATE_LABEL: Final = re.compile(
    r">\s*+(?=[DdEeGОPpSsVv发])"
    r"(?:[Pp]ublished|[Pp]osted|[Pp]ublié|[Pp]ublicado|[Pp]ubblicato|[Vv]eröffentlicht|[Ee]rstellt"
    r"|[Dd]atum|[Ss]tand|Gepubliceerd|Publicerad|Опубликовано|发布时间|发表于|Date)"
    r"[^\d<>]{0,20}+(?:<[^<>]{0,300}>\s*+){0,3}(\d[^<>\n]{5,40})"
)

# Of a change, not of publication.
MODIFIED: Final = re.compile(
    r"updat|modif|aktualisiert|geändert|überarbeitet|zuletzt|actualiz|mis à jour|maj\b|aggiornat"
    r"|bijgewerkt|gewijzigd|uppdaterad|opdateret|oppdatert|обновлен|zaktualizowan|aktualizov",
    re.IGNORECASE,
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
BUY: Final = re.compile(
    r"add to (?:cart|bag|basket|trolley)|buy (?:it )?now|in den (?:waren|einkaufs)korb|jetzt kaufen"
    r"|ajouter au panier|acheter|añadir (?:al carrito|a la cesta)|agregar al carrito|comprar"
    r"|aggiungi al carrello|acquista|adicionar (?:ao carrinho|à sacola)"
    r"|(?:in|toevoegen aan) (?:mijn )?winkel(?:wagen|mand)|lägg (?:i|till i) (?:varukorg|kundvagn)"
    r"|köp\b|legg i handlekurv|læg i kurv|tilføj til kurv|lisää (?:ostos)?koriin|do koszyka"
    r"|kup teraz|(?:do|přidat do) košíku|kosárba|adaugă în coș|sepete ekle|в корзину|купить"
    r"|до кошика|カートに入れる|加入购物车|장바구니",
    re.IGNORECASE,
)
_BRANDS: Final = (
    *("brand", "marke", "marque", "marca", "merk", "märke", "varumärke", "mærke", "merke", "marka"),
    *("merkki", "značka", "zīmols", "márka", "бренд", "марка", "ブランド", "品牌", "브랜드"),
    *("manufacturer", "hersteller", "fabricant", "fabricante", "produttore", "производитель"),
    *("fabrikant", "producent", "výrobce", "tillverkare"),
)
_INITIALS: Final = "".join(sorted({word[0] for word in _BRANDS}))
# As AUTHOR_LABEL; a dash may stand for the colon.
BRAND_LABEL: Final = re.compile(
    rf">\s*+(?=[{_INITIALS}{_INITIALS.upper()}])(?:"
    + "|".join(f"[{word[0]}{word[0].upper()}]{word[1:]}" for word in _BRANDS)
    + r")(?!\w)\s*+[:：-]?\s*+(?:<[^<>]{0,300}>\s*+){0,4}[:：-]?\s*+([^<>{}\n]{2,60})<"
)

# As the most used plugins label it on Twitter cards.
READING_TIME: Final = re.compile(
    r"reading time|lesezeit|(?:temps|durée) de lecture|tiempo (?:estimado )?de lectura"
    r"|tempo (?:di lettura|(?:estimado )?de leitura)|leestijd|czas czytania|lästid|læsetid|lesetid"
    r"|время (?:для )?чтения|okuma süresi|読み取り時間|閱讀時間|阅读时间|읽기 시간"
)
# The first page of a site, in letters of one case.
HOME: Final = frozenset(
    {
        *("home", "homepage", "start", "startseite", "accueil", "inicio", "início", "hjem", "hem"),
        *("strona główna", "stronagłówna", "главная", "ホーム", "トップ", "首页", "首頁", "홈"),
    }
)
PLACE_LABELS: Final = frozenset(
    {"where", "location", "ort", "wo", "lieu", "lugar", "luogo", "plaats"}
)
