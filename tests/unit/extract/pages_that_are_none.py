"""Pages that stand in another's place, written down as their services show them, in short."""

from __future__ import annotations

from og_extract.read.kinds.page_kind import PageKind

WALL = "<!doctype html><html><head><title>{}</title>{}</head><body>{}</body></html>"


def wall(title: str = "", head: str = "", body: str = "") -> str:
    """Write a page."""
    return WALL.format(title, head, body)


CHALLENGES = {
    "cloudflare": wall(
        "Just a moment...",
        '<meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="360">',
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt = {cvId: '3'}</script>",
    ),
    "cloudflare in german": wall("Einen Moment…", body="<script>window._cf_chl_opt={}</script>"),
    "cloudflare blocks": wall(
        "Attention Required! | Cloudflare",
        body='<div id="cf-wrapper"><div id="cf-error-details"><h1>Sorry, you have been blocked</h1>'
        "<h2>You are unable to access example.com</h2><p>This website is using a security service "
        "to protect itself from online attacks. The action you just performed triggered the "
        "security solution. There are several actions that could trigger this block including "
        "submitting a certain word or phrase, a SQL command or malformed data.</p><p>You can email "
        "the site owner to let them know you were blocked. Please include what you were doing when "
        "this page came up and the Cloudflare Ray ID found at the bottom of this page.</p></div>",
    ),
    "the bare title": wall("Just a moment...", body="<h1>example.com</h1>"),
    "akamai": wall(
        "Access Denied",
        body="<H1>Access Denied</H1>You don't have permission to access \"http&#58;&#47;&#47;www"
        '&#46;example&#46;com&#47;" on this server.<P>Reference&#32;&#35;18&#46;2c7d'
        "<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;2c7d",
    ),
    "akamai's bot manager": wall(
        "",
        '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQAAAAJ\'">',
        "<noscript><img src=x></noscript><script>var i = 1</script>",
    ),
    "datadome": wall(
        "shop.example",
        body='<p id="cmsg">Please enable JS and disable any ad blocker</p><script>'
        "var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>"
        '<script src="https://ct.captcha-delivery.com/c.js"></script>',
    ),
    "human": wall(
        "Access to this page has been denied",
        '<meta name="description" content="px-captcha">',
        "<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1>"
        '<div id="px-captcha"></div><p>Reference ID 1234</p>',
    ),
    "robot or human": wall(
        "Robot or human?",
        body="<h1>Robot or human?</h1><p>Hold the button to confirm that you&rsquo;re human.</p>",
    ),
    "imperva": '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">'
    '</head><body><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request '
    "unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>",
    "distil": wall(
        "Pardon Our Interruption",
        body="<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser "
        "made us think you were a bot. There are a few reasons this might happen:</p><ul><li>You've"
        " disabled JavaScript in your web browser.</li><li>You're a power user moving through this "
        "website with super-human speed.</li><li>You've disabled cookies in your web browser.</li>"
        "<li>A third-party browser plugin, such as Ghostery or NoScript, is preventing JavaScript "
        "from running.</li></ul>",
    ),
    "aws waf": "<!DOCTYPE html><html><head><title></title><script>window.awsWafCookieDomainList = "
    "[]; window.gokuProps = {};</script><script src='https://x.token.awswaf.com/y/challenge.js'>"
    '</script></head><body><div id="challenge-container"></div><noscript><h1>JavaScript is disabled'
    "</h1>In order to continue, we need to verify that you're not a robot. This requires "
    "JavaScript.</noscript></body></html>",
    "aws captcha": wall(
        "Human Verification",
        '<script src="https://x.captcha.awswaf.com/y/captcha.js"></script>',
        '<div id="captcha-container"></div>',
    ),
    "sucuri": wall("You are being redirected...", body="<script>var sucuri_cloudproxy_js=''"),
    "ddos-guard": wall(
        "DDoS-Guard",
        '<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>',
        "<h1>Checking your browser before accessing example.com</h1>",
    ),
    "anubis": wall(
        "Making sure you&#39;re not a bot!",
        '<meta name="robots" content="noindex,nofollow">'
        '<link rel="stylesheet" href="/.within.website/x/xess/xess.css">',
        '<h1>Making sure you&#39;re not a bot!</h1><img src="/.within.website/x/cmd/anubis/static/'
        'img/pensive.webp"><p>Loading...</p><details><summary>Why am I seeing this?</summary><p>You'
        " are seeing this because the administrator of this website has set up Anubis to protect "
        "the server against the scourge of AI companies aggressively scraping websites. This can "
        "and does cause downtime for the websites, which makes their resources inaccessible for "
        "everyone.</p></details>",
    ),
    "amazon": wall(
        "Amazon.com",
        body="<h4>Enter the characters you see below</h4><p>Sorry, we just need to make sure you're"
        " not a robot. For best results, please make sure your browser is accepting cookies.</p>"
        '<form method="get" action="/errors/validateCaptcha"><img src="captcha.jpg">'
        '<input type="text" id="captchacharacters"><button>Continue shopping</button></form>',
    ),
    "amazon in german": wall(
        "Amazon.de",
        body='<form action="/errors/validateCaptcha"><button>Weiter shoppen</button></form>',
    ),
    "google": wall(
        "https://www.google.com/search?q=x",
        body='<form id="captcha-form" action="index"><div class="g-recaptcha"></div></form>Our '
        "systems have detected unusual traffic from your computer network.",
    ),
    "siteground": wall(
        "Robot Challenge Screen", '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/">'
    ),
    "vercel": wall("Vercel Security Checkpoint", body="<p>We're verifying your browser</p>"),
    "hcaptcha": wall(
        "Are you a robot?", body='<div class="h-captcha" data-sitekey="1"></div><p>Please wait</p>'
    ),
    "yandex": wall(
        "Вы не робот?",
        body="<h1>Подтвердите, что запросы отправляли вы, не робот</h1>"
        '<form action="/checkcaptcha"></form>',
    ),
    "f5": wall(
        "Request Rejected",
        body="The requested URL was rejected. Please consult with your administrator.<br>Your "
        "support ID is: 123",
    ),
}

LOGINS = {
    "a form": wall(
        "Log In &lsaquo; Meadow Post — WordPress",
        body="<form>User <input name=u> Password <input type=password></form>",
    ),
    "in german": wall("Anmelden | Wiese", body="<form><input name=u><input type=password></form>"),
    "in french": wall("Se connecter - Pré", body="<form><input name=u><input type=password>"),
    "in japanese": wall("ログイン\uff5c牧草地", body="<form><input name=u><input type=password>"),
    "an app's": wall("Login • Meadow", body="<div id=mount></div><script src=/a.js></script>"),
    "a forum's": wall(
        "Meadow forum",
        body="<p>You are not logged in or you do not have permission to access this page.</p>"
        "<form><input name=u><input type=password></form>",
    ),
    "google's consent": wall(
        "Before you continue to YouTube",
        body="<p>We use cookies and data to deliver and maintain Google services.</p>",
    ),
    "yahoo's consent": wall(
        "Yahoo ist Teil der Yahoo Markenfamilie", body="<p>Wir und Partner…</p>"
    ),
    "in arabic": wall("تسجيل الدخول", body="<form><input name=u><input type=password></form>"),
    "a privacy gate": wall("DPG Media Privacy Gate", body="<script>gate()</script>"),
}

NOT_FOUNDS = {
    name: wall(title, body=f"<h1>{heading}</h1>")
    for name, (title, heading) in {
        "english": ("Page not found | Meadow Post", ""),
        "wordpress": (
            "Page not found &ndash; Meadow Post",
            "Oops! That page can&rsquo;t be found.",
        ),
        "next": ("404: This page could not be found.", "404"),
        "nginx": ("404 Not Found", "404 Not Found"),
        "github": ("Page not found · GitHub", "404"),
        "number": ("404 - Meadow Post", "This page does not exist"),
        "error": ("Error 404 (Not Found)!!1", ""),
        "heading": ("Meadow Post", "Page not found"),
        "german": ("Seite nicht gefunden - Wiese", ""),
        "german long": ("Wiese", "Die angeforderte Seite wurde nicht gefunden"),
        "french": ("Page introuvable | Pré", ""),
        "spanish": ("Página no encontrada - Prado", ""),
        "portuguese": ("Página não encontrada", ""),
        "italian": ("Pagina non trovata", ""),
        "dutch": ("Pagina niet gevonden | Weide", ""),
        "polish": ("Nie znaleziono strony", ""),
        "swedish": ("Sidan hittades inte", ""),
        "russian": ("Страница не найдена", ""),
        "turkish": ("Sayfa Bulunamad\u0131", ""),
        "japanese": ("ページが見つかりません | 牧草地", ""),
        "chinese": ("页面不存在", ""),
        "korean": ("페이지를 찾을 수 없습니다.", ""),
    }.items()
}
NOT_FOUNDS["a site's own tags on every page"] = wall(
    "Page not found - Meadow Post",
    '<meta property="og:title" content="Page not found - Meadow Post">'
    '<meta property="og:site_name" content="Meadow Post"><meta name="robots" content="noindex">',
    "<nav>" + "<a>Meadow and more</a> " * 60 + "</nav><h1>Page not found</h1>",
)
NOT_FOUNDS["an app's description on every page"] = wall(
    "Page not found | Meadow",
    '<meta name="description" content="Meadow is where bees meet, day and night.">',
    "<h1>Page not found</h1><p>The page you are looking for does not exist.</p>",
)

SHOP = (
    '<meta name="description" content="Honey, wax and all that bees make, sent in a day.">'
    '<meta property="og:image" content="https://e.com/shop.png">'
    '<meta property="og:title" content="Acme Shop"><meta property="og:type" content="website">'
)
SHOP_NAV = "<nav>" + "<a>Honey and more</a> " * 60 + "</nav>"
NOT_FOUNDS |= {
    f"a shop's: {title}, {heading}": wall(title, SHOP, SHOP_NAV * is_long + f"<h1>{heading}</h1>")
    for title, heading, is_long in (
        ("Seite nicht gefunden | Laden", "Seite nicht gefunden", True),
        ("Seite nicht gefunden | Acme Shop", "", False),
        ("404 - Acme Shop", "404", True),
        ("404 - Acme Shop", "Page not found", True),
        ("404 - Acme Shop", "", False),
        ("Acme Shop - Page not found", "Oops!", False),
        ("الصفحة غير موجودة", "404", True),
    )
}
NOT_FOUNDS |= {
    f"maintenance: {title}, {heading}": wall(title, head, f"<h1>{heading}</h1><p>{text}</p>")
    for title, head, heading, text in (
        ("We'll be back soon", "", "We&rsquo;ll be back soon!", "Sorry for the inconvenience."),
        ("Acme Shop", "", "We\u2019ll be back soon!", "We&rsquo;re performing some maintenance."),
        ("Wartungsarbeiten", "", "Wartungsarbeiten", "Wir sind bald wieder für Sie da."),
        ("Site under maintenance", "", "", ""),
        ("Acme | Under maintenance", SHOP, "Under maintenance", "Please check back soon."),
        ("Site en maintenance", "", "Site en maintenance", "Nous serons bientôt de retour."),
        ("メンテナンス中", "", "ただいまメンテナンス中です", ""),
    )
}

NOT_FOUNDS["a number"] = wall(
    "404", '<meta name="description" content="Honey, wax and all of it.">', "<h1>404</h1>"
)

_ROOT = '<div id="root"></div><script src="/assets/index.js"></script>'
SHELLS = {
    "vite": wall("Vite + React + TS", body=_ROOT),
    "create react app": wall(
        "React App",
        '<meta name="theme-color" content="#000000">',
        f"<noscript>You need to enable JavaScript to run this app.</noscript>{_ROOT}",
    ),
    "no title": wall("", body=_ROOT),
    "angular": "<!doctype html><base href='/'><app-root></app-root><script src=main.js></script>",
    "a refresh to itself": wall("", '<meta http-equiv="refresh" content="0; url=/news/bees">'),
    "a titled refresh to itself": wall(
        "Weiterleitung", '<meta http-equiv="refresh" content="0; url=/news/bees">', "<p>Weiter</p>"
    ),
    "a refresh": wall("", '<meta http-equiv="Refresh" content="0">'),
    "loading": wall("Loading…", body=f"<p>Loading…</p>{_ROOT}"),
}

WALLS = [
    (kind, name, html)
    for kind, pages in (
        (PageKind.CHALLENGE, CHALLENGES),
        (PageKind.LOGIN, LOGINS),
        (PageKind.NOT_FOUND, NOT_FOUNDS),
        (PageKind.EMPTY_SHELL, SHELLS),
    )
    for name, html in pages.items()
]
