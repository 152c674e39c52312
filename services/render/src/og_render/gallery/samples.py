# ruff: noqa: RUF001 - texts in many scripts
"""Texts that try the designs: long and short ones, and the scripts of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from og_render.fields import Price, Rating, Value
from og_render.gallery import sample_pictures


@dataclass(frozen=True)
class Sample:
    """The texts of one card in one language."""

    name: str
    language_code: str
    title: str
    description: str
    site: str
    author: str
    category: str
    reading_time: str
    brand: str
    price: Price = field(default_factory=lambda: Price(Decimal("129.00"), "USD"))


SAMPLES = (
    Sample(
        "long",
        "en",
        "How we rebuilt our search engine from first principles and cut p99 latency by 80% "
        "without touching the database, the cache or a single line of client code in production",
        "A field report from six months of profiling: the three changes that mattered, the ten "
        "that did not, and what we would measure first if we had to start over again tomorrow.",
        "Northwind Engineering",
        "Alexandra Montgomery-Featherstonehaugh",
        "Engineering",
        "14 min read",
        "Northwind",
    ),
    Sample(
        "medium",
        "en",
        "Designing calm software for busy people",
        "What a year of removing features taught us about focus, trust and the value of an "
        "empty screen.",
        "Northwind",
        "Jane Doe",
        "Design",
        "6 min read",
        "Northwind Home",
    ),
    Sample(
        "short",
        "en",
        "Arc Lamp",
        "Light, considered.",
        "Northwind",
        "Jane Doe",
        "Design",
        "2 min read",
        "Northwind",
    ),
    Sample(
        "arabic",
        "ar",
        "كيف أعدنا بناء محرك البحث من الصفر وخفضنا زمن الاستجابة بنسبة 80%",
        "تقرير ميداني من ستة أشهر من القياس: التغييرات الثلاثة المهمة وما تعلمناه من API جديدة.",
        "مدونة الهندسة",
        "ليلى الحسن",
        "هندسة",
        "قراءة 8 دقائق",
        "نورث ويند",
        Price(Decimal("499.00"), "SAR"),
    ),
    Sample(
        "hebrew",
        "he",
        "איך בנינו מחדש את מנוע החיפוש והאצנו את ה-API פי 5",
        "דוח מהשטח אחרי שישה חודשים של מדידות: שלושת השינויים שבאמת עשו את ההבדל.",
        "בלוג ההנדסה",
        "נועה לוי",
        "הנדסה",
        "8 דקות קריאה",
        "נורת׳ווינד",
        Price(Decimal("349.90"), "ILS"),
    ),
    Sample(
        "japanese",
        "ja",
        "検索エンジンをゼロから作り直して、応答時間を80%短縮するまでの全記録",
        "半年にわたる計測でわかった「本当に効いた3つの変更」と、やらなくてよかった10のこと。",
        "ノースウィンド技術ブログ",
        "山田 花子",
        "エンジニアリング",
        "読了時間8分",
        "ノースウィンド",
        Price(Decimal(12800), "JPY"),
    ),
    Sample(
        "korean",
        "ko",
        "검색 엔진을 처음부터 다시 만들어 응답 시간을 80% 줄인 이야기",
        "여섯 달 동안의 측정에서 배운 것: 정말 중요했던 세 가지 변화와 그렇지 않았던 열 가지.",
        "노스윈드 기술 블로그",
        "김서연",
        "엔지니어링",
        "8분 읽기",
        "노스윈드",
        Price(Decimal(89000), "KRW"),
    ),
    Sample(
        "chinese-simplified",
        "zh-CN",
        "我们如何从零重建搜索引擎，将响应时间缩短了百分之八十",
        "六个月性能分析的实战报告：真正重要的“三个改变”，以及那些并不重要的尝试。",
        "北风技术博客",
        "王小明",
        "工程",
        "阅读约8分钟",
        "北风家居",
        Price(Decimal("899.00"), "CNY"),
    ),
    Sample(
        "chinese-traditional",
        "zh-TW",
        "我們如何從零重建搜尋引擎，將回應時間縮短了百分之八十",
        "六個月效能分析的實戰報告：真正重要的「三個改變」，以及那些並不重要的嘗試。",
        "北風技術部落格",
        "陳怡君",
        "工程",
        "閱讀約8分鐘",
        "北風家居",
        Price(Decimal(3990), "TWD"),
    ),
    Sample(
        "hindi",
        "hi",
        "हमने खोज इंजन को शुरू से कैसे बनाया और प्रतिक्रिया समय 80% घटाया",
        "छह महीने की माप से सीखे गए सबक: तीन बदलाव जो सच में मायने रखते थे और दस जो नहीं।",
        "नॉर्थविंड ब्लॉग",
        "प्रिया शर्मा",
        "इंजीनियरिंग",
        "8 मिनट",
        "नॉर्थविंड",
        Price(Decimal("8999.00"), "INR"),
    ),
    Sample(
        "thai",
        "th",
        "เราสร้างเครื่องมือค้นหาใหม่ทั้งหมดและลดเวลาตอบสนองลงได้ถึง 80% ได้อย่างไร",
        "รายงานจากการวัดผลหกเดือน การเปลี่ยนแปลงสามอย่างที่สำคัญจริงและสิ่งที่เราได้เรียนรู้",
        "บล็อกวิศวกรรม",
        "สมหญิง ใจดี",
        "วิศวกรรม",
        "อ่าน 8 นาที",
        "นอร์ธวินด์",
        Price(Decimal("4290.00"), "THB"),
    ),
    Sample(
        "emoji",
        "en",
        "Ship it 🚀 Family 👨‍👩‍👧‍👦 flags 🇯🇵🇧🇷 keys 1️⃣#️⃣ love ❤️ and 👍🏽",
        "Emoji in colour 🎨, joined 🏳️‍🌈, in skin tones 👩🏾‍💻, by text ☎︎ and ♥ that stay text.",
        "Emoji Weekly ✨",
        "Zoë 🦊",
        "Fun 🎉",
        "3 min ☕",
        "Party 🥳",
    ),
)


_FAVICON = sample_pictures.favicon()
_AVATAR = sample_pictures.avatar()
_PHOTO = sample_pictures.product_photo()


@cache
def values_of(sample: Sample) -> Mapping[str, Value]:
    """Give a value for every field that any template declares."""
    return {
        "title": sample.title,
        "description": sample.description,
        "siteName": sample.site,
        "favicon": _FAVICON,
        "author": sample.author,
        "avatar": _AVATAR,
        "publishedAt": date(2026, 11, 23),
        "category": sample.category,
        "readingTime": sample.reading_time,
        "price": sample.price,
        "rating": Rating(4.6, rating_count=1284),
        "productImage": _PHOTO,
        "brand": sample.brand,
    }
