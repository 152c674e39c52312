// A search through the docs, and the place on the page where the reader is. None of it is needed.

const MAX_FOUND = 8;
const EXCERPT_CHARS = 90;

function offerSearch() {
  const box = document.querySelector("[data-search]");
  if (!box) return;
  box.hidden = false;
  const input = box.querySelector("input");
  const found = box.querySelector("#docs-found");
  let sections = null;
  const load = () =>
    (sections ??= fetch(box.dataset.search)
      .then((answer) => answer.json())
      .catch(() => {
        sections = null; // the next letter tries again
        return [];
      }));
  input.addEventListener("focus", load, { once: true });
  input.addEventListener("input", async () => show(found, await load(), input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      found.replaceChildren();
    } else if (event.key === "Enter") found.querySelector("a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    box.closest("details").open = true;
    input.focus();
  });
}

function show(place, sections, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return place.replaceChildren();
  const hits = sections
    .map((section) => ({ section, score: score(section, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, MAX_FOUND);
  place.replaceChildren(...hits.map(({ section }) => link(section, words[0])));
  if (!hits.length) place.append(Object.assign(document.createElement("p"), { textContent: "Nothing found." }));
}

function score(section, words) {
  const heading = section.heading.toLowerCase();
  const page = section.page.toLowerCase();
  const text = section.text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const here = (heading.includes(word) ? 8 : 0) + (page.includes(word) ? 4 : 0) + (text.includes(word) ? 1 : 0);
    if (!here) return 0;
    sum += here;
  }
  return sum;
}

function link(section, word) {
  const at = Math.max(0, section.text.toLowerCase().indexOf(word) - EXCERPT_CHARS / 3);
  const excerpt = section.text.slice(at, at + EXCERPT_CHARS).trim();
  const anchor = Object.assign(document.createElement("a"), { href: section.url });
  const name = section.heading === section.page ? section.page : `${section.page}: ${section.heading}`;
  anchor.append(name, Object.assign(document.createElement("small"), { textContent: excerpt && `${at ? "…" : ""}${excerpt}…` }));
  return anchor;
}

function followReader() {
  const links = new Map([...document.querySelectorAll("[data-toc] a")].map((it) => [decodeURIComponent(it.hash.slice(1)), it]));
  const headings = [...document.querySelectorAll(".prose :is(h2, h3)[id]")];
  if (!links.size || !headings.length) return;
  const mark = () => {
    const passed = headings.filter((it) => it.getBoundingClientRect().top < 120);
    const here = (passed.at(-1) ?? headings[0]).id;
    for (const [id, it] of links) {
      if (id === here) it.setAttribute("aria-current", "true");
      else it.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}

offerSearch();
followReader();
