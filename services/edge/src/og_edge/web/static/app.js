// What makes every page livelier; none of it is needed. Nothing imports this file: it acts, and once.

import { addCopyButtons } from "./copy.js";

const YEAR_S = 31_536_000;
const WIDE = "(min-width: 60rem)";

function themeNow() {
  const chosen = document.documentElement.dataset.theme;
  return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function offerThemes() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = themeNow() === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      document.cookie = `og_theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
    });
  }
}

function foldMenu() {
  const menu = document.querySelector("[data-menu]");
  if (!menu) return;
  const wide = matchMedia(WIDE);
  const fit = () => (menu.open = wide.matches);
  wide.addEventListener("change", fit);
  fit();
}

function tellLocalTimes() {
  const write = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime*='T']")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    time.title = time.textContent;
    time.textContent = write.format(moment);
  }
}

function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A download leaves its page, and the form on it, where they are.
    if (form.method !== "post" || event.defaultPrevented || "download" in form.dataset) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });
}

addCopyButtons(document);
offerThemes();
foldMenu();
tellLocalTimes();
sendOnce();
