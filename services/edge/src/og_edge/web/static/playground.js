// The playground while it is typed in: the card follows, and so does the address of the page.

import { addCopyButtons } from "./copy.js";
import { post } from "./http.js";

const TYPING_PAUSE_MS = 450;
const FAILED = "That did not work. Try again in a moment.";

const play = document.querySelector("[data-play]");
const result = document.querySelector("[data-result]");
const { preview: previewUrl } = document.querySelector("[data-playground]").dataset;

let latest = 0; // the number of the last request: older answers are dropped
let latestTemplate = 0;
let under_way = new AbortController();
let pause = 0;

/** What is typed and chosen, without what is empty. */
function state() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(play)) if (value.trim() !== "") fields.append(name, value);
  return fields;
}

function address(fields, more = {}) {
  const query = new URLSearchParams([...fields, ...Object.entries(more)]).toString();
  return query ? `${play.action}?${query}` : play.action;
}

function show(html) {
  const keepsClosed = result.querySelector("details.values:not([open])");
  result.innerHTML = html;
  if (keepsClosed) result.querySelector("details.values")?.removeAttribute("open");
  addCopyButtons(result);
  // What went wrong says so itself; this is for who does not see the picture change.
  const drawn = result.querySelector('img[src^="data:"]');
  document.querySelector("[data-status]").textContent = drawn ? `Drawn: ${drawn.alt}` : "";
}

function say(text) {
  let notice = result.querySelector(".notice.bad p");
  if (!notice) {
    const box = document.createElement("div");
    box.className = "notice bad";
    box.setAttribute("role", "alert");
    notice = box.appendChild(document.createElement("p"));
    result.prepend(box);
  }
  notice.textContent = text;
}

async function preview() {
  clearTimeout(pause);
  const fields = state();
  history.replaceState(null, "", address(fields));
  const number = ++latest;
  under_way.abort();
  under_way = new AbortController();
  result.setAttribute("aria-busy", "true");
  try {
    const response = await post(previewUrl, fields, { signal: under_way.signal });
    const html = await response.text();
    if (number !== latest) return;
    if (response.redirected) location.reload(); // signed out meanwhile
    else if (response.ok) show(html);
    else say(FAILED);
  } catch (error) {
    if (number === latest && error.name !== "AbortError") say(FAILED);
  } finally {
    if (number === latest) result.removeAttribute("aria-busy");
  }
}

function soon() {
  clearTimeout(pause);
  pause = setTimeout(preview, TYPING_PAUSE_MS);
}

/** Another template has other fields: take them from the page as it would be, and keep what is typed. */
async function changeTemplate() {
  const number = ++latestTemplate;
  preview();
  try {
    const response = await fetch(address(state()), { credentials: "same-origin" });
    const html = await response.text();
    if (number !== latestTemplate) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    const fields = page.querySelector("[data-fields]");
    const typed = new FormData(play);
    for (const field of fields.querySelectorAll("[name]")) {
      if (field.type === "checkbox") field.checked = typed.has(field.name);
      else if (typed.has(field.name)) field.value = typed.get(field.name);
    }
    document.querySelector("[data-fields]").replaceWith(fields);
    hex.placeholder = colour.dataset.own = page.querySelector("[data-colour]").dataset.own;
    colourFromText();
  } catch {
    if (number === latestTemplate) say(FAILED);
  }
}

function changeTheme(theme) {
  for (const picture of document.querySelectorAll("[data-designs] img")) {
    const url = new URL(picture.src);
    url.search = theme ? `?theme=${theme}` : "";
    picture.src = url;
  }
}

const colour = document.querySelector("[data-colour]");
const hex = document.querySelector("[data-hex]");

function colourFromText() {
  const digits = hex.value.trim().replace(/^#/, "");
  if (/^[0-9a-f]{6}$/i.test(digits)) colour.value = `#${digits}`;
  else if (/^[0-9a-f]{3}$/i.test(digits)) colour.value = `#${[...digits].map((it) => it + it).join("")}`;
  else if (!digits && colour.dataset.own) colour.value = colour.dataset.own;
}

colour.hidden = false;
colour.addEventListener("input", () => {
  hex.value = colour.value;
  soon();
});
hex.addEventListener("input", colourFromText);

// Fields outside the form (the page's address) are the form's all the same.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form !== play || field.type === "radio" || field.type === "checkbox" || field.tagName === "SELECT") return;
  soon();
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.form !== play) return;
  if (field.name === "template") changeTemplate();
  else if (field.name === "site") preview();
  else if (field.type === "radio" || field.type === "checkbox") preview();
  if (field.name === "theme") changeTheme(field.value);
});
play.addEventListener("submit", (event) => {
  if (event.submitter?.name === "apply") return; // the site's look changes every control
  event.preventDefault();
  preview();
});
// The chosen template in sight, without moving the page.
const designs = document.querySelector("[data-designs]");
const chosen = designs.querySelector(":checked")?.closest("label");
if (chosen) designs.scrollTop = chosen.offsetTop - designs.offsetTop - designs.clientHeight / 3;

if (state().has("url") && !result.querySelector('img[src^="data:"]')) preview();
