"""What gives away a page that is not the page: phrases of people's languages, names in markup.

Each line is a regular expression, matched in normal form (looks.normal): one case, straight quotes,
dots for an ellipsis. A title or heading must match as a whole, without the site's name; texts match
anywhere. A weak sign also stands on ordinary pages (a contact form has a captcha, an article may be
called "Access denied") and needs others beside it.
"""

from __future__ import annotations

from typing import Final

CHALLENGE_TITLES: Final = r"""
just a moment
(?:einen moment|un instant|un momento|um momento|een ogenblik|chwileczkę)(?: bitte)?\.\.\.
(?:один момент|bir dakika lütfen|请稍候|請稍候|しばらくお待ちください)\.\.\.
attention required
please wait\.\.\. \| cloudflare
ddos protection by .{2,30}
ddos-guard
(?:vercel )?security checkpoint
(?:ro)?bot check
are you (?:a )?(?:ro)?(?:bot|human)
(?:robot or human|human or robot)
access to this page has been denied(?: because .{3,100})?
pardon our interruption
(?:human|bot|robot|captcha) (?:verification|challenge)
captcha
making sure you're not a bot
checking (?:that )?(?:you are not a bot|your browser)(?: before .{3,100})?
robot challenge screen
client challenge
challenge validation
(?:please )?(?:verify|confirm|prove|verifying)(?: that)? you(?:'re| are) .{0,6}(?:human|robot|bot)
prove your humanity
(?:sorry, )?you have been blocked
sucuri website firewall(?: - access denied)?
you are being redirected\.\.\.
unusual traffic(?: detected)?
(?:sind sie|bist du) ein (?:roboter|bot|mensch)
êtes-vous un (?:robot|humain) ?
¿?eres (?:un robot|humano)
você é (?:um robô|humano)
sei un (?:robot|umano)
ben je een (?:robot|mens)
вы не робот
(?:百度)?安全验证|人机验证|访问验证
"""
CHALLENGE_WEAK_TITLES: Final = r"""
access (?:is )?(?:denied|blocked|restricted)
security (?:check|verification)(?: required)?
verification required
request rejected
one moment,? please
blocked
error 10\d\d
zugriff verweigert|sicherheits(?:über)?prüfung
accès (?:refusé|interdit|bloqué)
acceso denegado
acesso negado
accesso negato
toegang geweigerd
доступ (?:запрещен|запрещён|ограничен)
访问被拒绝|アクセス拒否
"""
CHALLENGE_TEXTS: Final = r"""
checking (?:if )?(?:your browser before accessing|the site connection is secure)
(?:verify|confirm|prove|verifying|sure)(?: that)? you(?:'re| are) (?:(?:not )?an? )?(?:ro)?bot\b
(?:verify|confirm|prove|verifying|sure)(?: that)? you(?:'re| are) (?:an? )?(?:actual )?human\b
press (?:&|and) hold
unusual traffic from your
made us think (?:that )?you (?:were|are|might be) a (?:ro)?bot
(?:enter|type) the characters you see
enable javascript and cookies to continue
enable js and disable any ad blocker
incapsula incident id
using automation tools to browse
needs to review the security of your connection
performing security verification
blocked by network security
powered and protected by akamai
permission to access .{1,300} on this server\.?\s*reference #
the requested url was rejected\. please consult
dass (?:sie|du) kein (?:roboter|bot)\b
vous n'êtes pas un (?:robot|bot)
que no (?:eres|es) un robot
você não é um robô
che non sei un robot
dat je geen robot bent
что вы не робот|запросы похожи на автоматические
"""

# Each with whose it is. Scripts that these services add to ordinary pages are none of them.
CHALLENGE_MARKUP: Final = {
    "_cf_chl_opt": "Cloudflare",
    "cf-browser-verification": "Cloudflare",
    "cf-challenge-running": "Cloudflare",
    "cf-error-details": "Cloudflare",
    "challenge-error-text": "Cloudflare",
    "captcha-delivery.com": "DataDome",
    "px-captcha": "HUMAN",
    "captcha.px-cdn.net": "HUMAN",
    "perimeterx.com/whywasiblocked": "HUMAN",
    "errors.edgesuite.net": "Akamai",
    "sec-if-cpt-container": "Akamai",
    "/_sec/cp_challenge": "Akamai",
    "bm-verify=": "Akamai",
    "swudnsai": "Imperva",
    "incapsula incident id": "Imperva",
    "distil_r_captcha": "Imperva",
    "gokuprops": "AWS WAF",
    "captcha.awswaf.com": "AWS WAF",
    "sucuri_cloudproxy_js": "Sucuri",
    "cloudproxy@sucuri.net": "Sucuri",
    "ddos-guard/js-challenge": "DDoS-Guard",
    "/errors/validatecaptcha": "Amazon",
    "/x/cmd/anubis/": "Anubis",
    "/.well-known/sgcaptcha": "SiteGround",
    "/.well-known/vercel/security": "Vercel",
    "/_fs-ch-": "Fastly",
    "window.kpsdk": "Kasada",
    "/tspd/": "F5",
    "validate.perfdrive.com": "Radware",
    "/sorry/index": "Google",
    "/showcaptcha": "Yandex",
}
CHALLENGE_WEAK_MARKUP: Final = {
    "g-recaptcha": "reCAPTCHA",
    "recaptcha/api.js": "reCAPTCHA",
    "recaptcha/enterprise.js": "reCAPTCHA",
    "h-captcha": "hCaptcha",
    "hcaptcha.com/1/api.js": "hCaptcha",
    "cf-turnstile": "Turnstile",
    "challenges.cloudflare.com/turnstile": "Turnstile",
    "arkoselabs.com": "Arkose",
    "frc-captcha": "Friendly Captcha",
    "geetest": "GeeTest",
    "_incapsula_resource": "Imperva",
}

LOGIN_TITLES: Final = r"""
(?:please )?(?:log|sign)[ -]?(?:in|on)(?: required| page| or sign ?up)?
(?:please )?(?:log|sign)[ -]?in (?:to|with) (?:\S+ ){0,3}\S+
(?:authentication|sign-?in) required|members only|sign ?up
(?:bitte )?(?:anmelden|anmeldung|einloggen)|melden sie sich an
(?:se )?connect(?:er|ez-vous)|connexion|identif(?:iez-vous|ication)
inici(?:ar|a) sesión|acceder|entrar|fazer login|iniciar sessão|accedi|effettua il login
inloggen|aanmelden|logga in|logg? inn?d?|zaloguj się|logowanie|giriş(?: yap)?|oturum aç
تسجيل الدخول|התחברות|כניסה|ورود|लॉग ?इन(?: करें)?|เข้าสู่ระบบ|đăng nhập|masuk
войти|вход|авторизация|увійти|вхід|bejelentkezés|přihlás\w+|autentificare|kirjaudu(?: sisään)?
ログイン|サインイン|登录|登入|로그인
"""
LOGIN_TEXTS: Final = r"""
(?:log|sign)[ -]?in to (?:continue|view|access|see|read)
you (?:must|need to|have to) (?:be (?:logged|signed) in|(?:log|sign) in)
you are not (?:logged|signed) in
(?:melden sie sich|melde dich)(?: bitte)? an,? um
(?:sie müssen|du musst)(?: sich| dich)? (?:erst )?(?:angemeldet|eingeloggt|anmelden)
connectez-vous pour|vous devez (?:être connecté|vous connecter)
inicia sesión para|debes iniciar sesión|faça login para|accedi per|log in om
войдите,? чтобы|ログインしてください|请先?登录
"""
CONSENT_TITLES: Final = r"""
before you continue(?: to .{2,40})?
bevor (?:sie|du) (?:zu .{2,30} )?(?:fortf|weiterg).{2,10}
avant (?:de continuer|d'accéder)(?: .{2,40})?
antes de continuar(?: .{2,40})?|prima di continuare(?: .{2,40})?
voordat je (?:verdergaat|verder gaat)(?: .{2,40})?
(?:.{2,30} )?privacy gate|cookie ?wall|(?:cookie )?consent(?: required)?
.{2,30} (?:is part of the|fait partie de|ist teil der|gehört zur|forma parte de|fa parte d).{1,25}
    yahoo.{0,20}
"""

# Hosts and paths to which sites send visitors who did not ask for that.
LOGIN_PLACES: Final = r"""
^(?:accounts?|login|auth|sso|signin|idp|secure-login)\.
/(?:log[-_]?in|sign[-_]?in|auth|authwall|sso|oauth2?|saml2?|checkpoint)(?:\.\w{2,5})?(?:/|$)
/(?:servicelogin|wp-login\.php|sessions?/new)(?:/|$)
"""
CONSENT_PLACES: Final = r"""
^(?:consent|myprivacy|privacy|guce|cmp)\.
/(?:consent|zustimmung|cookie-?wall|privacy-?gate|collectconsent)(?:/|$)
"""

NOT_FOUND_NUMBER: Final = (
    r"(?:(?:http |status )?(?:error|fehler|erreur|errore|erro|fout|ошибка)? ?404(?: error)?\W*)"
)
NOT_FOUND_PHRASES: Final = r"""
(?:(?:the|this|that|your|requested) ){0,3}(?:page|url|document|link|article|post|product|item)s?
    (?: you(?: are| were|'re)? \w+(?: for)?)?(?: was| is)?
    (?: not found| missing| could ?n[o']t be found| can(?:no|')t be found| does ?n[o']t exist
    | is ?n[o']t (?:here|available)| no longer (?:exists|available|here)| unavailable| gone)
    (?: any ?more)?
we (?:can't|cannot|could ?n[o']t) find (?:that|this|the|your) page.{0,30}
(?:(?:die|diese|der) )?(?:(?:angeforderte|gewünschte|gesuchte) )?(?:seite|inhalt|artikel)
    (?: (?:wurde|konnte|ist))?(?: leider)? (?:nicht gefunden(?: werden)?|existiert nicht(?: mehr)?
    |nicht (?:mehr )?(?:vorhanden|verfügbar))
(?:(?:la|cette) )?page(?: demandée)?(?: est)?
    (?: introuvable| non trouvée| inexistante| n'existe (?:pas|plus)| n'a pas été trouvée)
(?:(?:la|esta) )?página(?: solicitada)?
    (?: no (?:encontrada|existe|disponible)| no (?:se ha|ha sido|se pudo|fue) encontra\w+)
(?:(?:a|esta) )?página não (?:encontrada|existe|foi encontrada|disponível)
(?:la )?pagina (?:non (?:trovata|esiste|disponibile)|inesistente)
(?:deze )?pagina (?:niet (?:gevonden|beschikbaar)|bestaat niet)
strona nie (?:została znaleziona|istnieje|znaleziona)|nie znaleziono strony
sidan (?:hittades inte|finns inte|kunde inte hittas)
siden (?:blev ikke fundet|ble ikke funnet|finnes ikke|findes ikke|ikke funnet)
sivua ei löyd\w+|stránka (?:nebyla nalezena|nenalezena|neexistuje)|az oldal nem található
pagina nu a fost găsită|sayfa bulunamad\w|η σελίδα δεν βρέθηκε
страница не (?:найдена|существует)|сторінк\w не знайдено
(?:お探しの)?ページが(?:見つかりません|存在しません)(?:でした)?
找不到(?:该|該)?(?:页面|頁面|网页)|(?:页面|頁面|网页)(?:不存在|未找到|找不到)
페이지를 찾을 수 없습니다
(?:هذه )?(?:ال)?صفحة (?:المطلوبة )?(?:غير (?:موجودة|متوفرة|متاحة)|لم يتم العثور عليها)
لم يتم العثور على (?:هذه )?الصفحة|(?:ה)?(?:דף|עמוד) (?:לא נמצא|אינו קיים|לא קיים)
صفحه (?:مورد نظر )?(?:یافت نشد|پیدا نشد|وجود ندارد)
(?:पेज|पृष्ठ) नहीं मिला|ไม่พบหน้า(?:ที่คุณต้องการ|นี้)?|không tìm thấy trang|trang không tồn tại
halaman tidak ditemukan|stranica nije pronađena|puslapis nerastas
"""
NOT_FOUND_WEAK_PHRASES: Final = r"""
not found(?:\)!!1)?|nicht gefunden|introuvable|no encontrad[oa]|não encontrad[oa]|non trovat[oa]
niet gevonden|не найдено
(?:whoops|oops|uh[- ]oh|hoppla)(?:\W+(?:something went wrong|(?:that |this )?page can't be found))?
"""
NOT_FOUND_TEXTS: Final = r"""
(?:page|url|content|resource|link) (?:that )?
    (?:you(?:'re| are| were|'ve| have)? .{3,30}|requested |at this address )
    (?:could ?n[o']t be found|was ?n[o']t found|was not found|does ?n[o']t exist|no longer exists
    |(?:may|might) have (?:been|moved)|has (?:been )?(?:moved|removed|deleted)
    |can(?:no|')t be found|is no longer available)
(?:seite|inhalt).{0,60}(?:existiert nicht|wurde nicht gefunden|konnte.{0,20}nicht gefunden
    |nicht mehr (?:verfügbar|vorhanden))
page.{0,40}(?:n'existe (?:pas|plus)|introuvable|n'a pas été trouvée)
página.{0,40}(?:no existe|no se (?:ha|pudo) encontra|não (?:existe|foi encontrada))
pagina.{0,40}(?:non esiste|non è stata trovata|bestaat niet|niet gevonden)
страница.{0,40}не (?:найдена|существует)|ページ.{0,20}(?:見つかりません|存在しません)
页面.{0,10}(?:不存在|找不到)
"""

MAINTENANCE_PHRASES: Final = r"""
(?:(?:this|the|our) )?(?:web)?(?:site|shop|store|page|service)?(?:we are|we're)?(?: is)?
    (?: currently| temporarily)? ?(?:under(?:going)?|(?:down|offline|closed) for)
    (?: scheduled| planned| routine)? maintenance
(?:site |website |shop )?maintenance mode
(?:we'll|we will) be (?:right )?back(?: (?:very )?(?:soon|shortly)| in a (?:few )?minutes?)?
(?:be )?right back|(?:be )?back (?:soon|shortly)
(?:derzeit |aktuell |momentan |geplante )?wartungsarbeiten|wartungsmodus
(?:(?:die|unsere|diese) )?(?:web)?(?:seite|site|shop)(?: ist| befindet sich)? im wartungsmodus
(?:(?:die|unsere|diese) )?(?:web)?(?:seite|site|shop) wird (?:gerade |derzeit )?gewartet
wegen wartung(?:sarbeiten)? (?:nicht erreichbar|geschlossen|offline)
wir sind (?:gleich|bald|in kürze) (?:wieder )?(?:für (?:sie|dich|euch) )?(?:zurück|da)
(?:(?:le |notre )?site )?(?:est )?(?:actuellement )?en (?:cours de )?maintenance
maintenance en cours|nous revenons (?:bientôt|très vite)
(?:(?:el |nuestro )?sitio(?: web)? )?(?:está )?en mantenimiento|volvemos pronto
(?:(?:o )?site )?em manutenção|voltamos (?:em breve|já)
(?:(?:il )?sito )?(?:è )?in manutenzione|torniamo (?:presto|subito)
(?:(?:de )?(?:web)?site )?(?:is )?in onderhoud|przerwa techniczna|prace (?:serwisowe|konserwacyjne)
bak\u0131m (?:çal\u0131şmas\u0131|modu)
(?:на сайте )?(?:ведутся )?технические работы|сайт на обслуживании
(?:ただいま)?(?:システム|サーバー?)?メンテナンス中(?:です)?
(?:系统|系統|网站|網站)?(?:正在)?(?:维护|維護)中|(?:서버|시스템)? ?점검 ?중(?:입니다)?
الموقع (?:تحت|قيد) الصيانة
"""
MAINTENANCE_TEXTS: Final = r"""
(?:under(?:going)?|down for|performing|doing|carrying out) (?:\w+ ){0,2}maintenance
(?:be|come) back (?:soon|shortly|online|in a|again|later)
(?:check|try|come)(?: back)? (?:again|soon|later|shortly|in a)
wartungsarbeiten|gewartet|in kürze wieder|bald wieder|später (?:noch ?(?:ein)?mal|wieder|erneut)
en (?:cours de )?maintenance|de retour|en mantenimiento|em manutenção|in manutenzione|in onderhoud
технические работы|メンテナンス|维护|維護|점검|الصيانة
"""

SHELL_TITLES: Final = r"""
(?:react|vue|svelte|angular|vite|webpack|ionic|ember|expo|flutter|nuxt|next|preact|solid|remix|parcel)
    (?:[. ]?js)?(?: ?\+ ?\w+){0,2}(?: app| sandbox| demo)?
create (?:next|react|t3|nuxt|remix) app
(?:my |new |single page |web ?)?app(?:lication)?|index|document|untitled(?: document)?
loading(?: page)?|redirecting|please wait|laden|chargement|cargando
weiterleitung|redirection|redire(?:c)?cionando
загрузка|加载中|読み込み中
"""


def alternatives(lines: str) -> str:
    """Make one expression of a list; a line that is set in goes on with the one before it."""
    return "|".join(lines.replace("\n    ", "").strip().splitlines())
