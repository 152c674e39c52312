"""Honest paraphrases are taken, in whatever language; what is added to them is not."""
# ruff: noqa: RUF001 - texts in Turkish, Arabic and Hebrew

from __future__ import annotations

from dataclasses import dataclass

import pytest

from og_extract.ai.grounding import Grounding
from og_extract.read.reduction.digest import Digest


@dataclass(frozen=True)
class Told:
    """A page, and what an honest model may write of it."""

    names: list[str]
    text: str
    title: str
    description: str

    @property
    def grounding(self) -> Grounding:
        return Grounding(Digest([("title", name) for name in self.names], [], self.text))


ENGLISH = Told(
    [
        "How to brew coffee at home - Bean Blog",
        "A guide to filter coffee with a scale and a kettle.",
    ],
    "Start with 15 grams of beans, well ground. Heat the water to 94 degrees. Pour for 3 minutes.",
    "Brewing filter coffee at home",
    "How to brew filter coffee at home: grind 15 g of beans, heat water to 94 °C, pour for three "
    "minutes.",
)
GERMAN = Told(
    ["Kaffee zu Hause kochen", "Schritt für Schritt zum guten Filterkaffee mit Waage und Kessel."],
    "Beginnen Sie mit 15 Gramm gemahlenen Bohnen. Das Wasser hat 94,5 Grad. Langsam aufgießen.",
    "Filterkaffee zu Hause kochen",
    "Guten Filterkaffee zu Hause kochen: 15 Gramm Bohnen mahlen, Wasser mit 94,5 Grad langsam "
    "aufgießen.",
)
JAPANESE = Told(
    [
        "自宅でコーヒーを淹れる方法",
        "挽きたての豆で、おいしいドリップコーヒーを淹れる手順を紹介します。",
    ],
    "まず15グラムの豆を用意します。お湯の温度は94度。3分かけてゆっくり注ぎます。",
    "自宅でおいしいドリップコーヒーを淹れる",
    "15グラムの豆を挽き、94度のお湯を3分かけて注ぐ、自宅でのドリップコーヒーの淹れ方。",
)
ARABIC = Told(
    ["طريقة تحضير القهوة في المنزل", "دليل خطوة بخطوة لتحضير قهوة مقطرة لذيذة من حبوب مطحونة."],
    "ابدأ بـ ٢٣ غراما من حبوب البن. سخّن الماء إلى ٩٤ درجة. اسكب الماء ببطء.",
    "تحضير القهوة المقطرة في المنزل",
    "دليل لتحضير القهوة المقطرة في المنزل: 23 غراما من الحبوب وماء حرارته 94 درجة.",
)
TURKISH = Told(
    ["Kahve nasıl demlenir", "Evde filtre kahve demlemenin adım adım anlatımı."],
    "23 gram çekirdekle başlayın. Suyu 94 dereceye ısıtın. Bu hafta %20 indirim.",
    "Evde filtre kahve demleme",
    "Evde filtre kahve nasıl demlenir: 23 gram çekirdek, 94 derece su; bu hafta %20 indirim.",
)
KOREAN = Told(
    ["집에서 커피 내리는 방법", "갓 간 원두로 맛있는 드립 커피를 내리는 단계별 안내"],
    "원두 15그램으로 시작하세요. 물은 94도로 데웁니다.",
    "집에서 드립 커피 내리기",
    "원두 15그램과 94도의 물로 집에서 맛있는 드립 커피를 내리는 방법",
)
HEBREW = Told(
    ["מתכון לקפה בבית", "מדריך להכנת קפה פילטר טעים עם משקל וקומקום"],
    "התחילו עם 15 גרם פולים טחונים. חממו את המים ל-94 מעלות.",
    "הכנת קפה פילטר בבית",
    "הכנת קפה פילטר טעים בבית עם 15 גרם פולים ומים של 94 מעלות.",
)
PAGES = [ENGLISH, GERMAN, JAPANESE, ARABIC, TURKISH, KOREAN, HEBREW]
LANGUAGES = ["en", "de", "ja", "ar", "tr", "ko", "he"]


@pytest.mark.parametrize("told", PAGES, ids=LANGUAGES)
def test_an_honest_paraphrase_is_taken(told: Told) -> None:
    assert told.grounding.fault_of_title(told.title) == ""
    assert told.grounding.fault_of_description(told.description) == ""


@pytest.mark.parametrize("told", PAGES, ids=LANGUAGES)
@pytest.mark.parametrize(
    ("added", "fault"),
    [
        ("99", "number"),
        ("15 99", "number"),
        ("evil.example", "link"),
        ("🎉", "symbol"),
        ("€", "symbol"),
        ("**bold**", "symbol"),
        ("[1](x)", "symbol"),
        ("rival\u2024com", "link"),
        ("rival\uff0ecom", "link"),
        ("rival\u3002com", "link"),
        ("riv\u0430l", "script"),
    ],
)
def test_what_is_added_to_it_is_not(told: Told, added: str, fault: str) -> None:
    description = f"{told.description} {added}"
    assert told.grounding.fault_of_description(description) == fault


@pytest.mark.parametrize("told", PAGES, ids=LANGUAGES)
def test_none_is_taken_for_another_page(told: Told) -> None:
    for other in PAGES:
        if other is not told:
            assert told.grounding.fault_of_title(other.title)
            assert told.grounding.fault_of_description(other.description)
