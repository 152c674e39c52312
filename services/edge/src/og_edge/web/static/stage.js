// The card on the start page follows its controls at once. Without this they are a form.

const stage = document.querySelector("[data-stage]");
const picture = stage.querySelector("img");
const tag = document.querySelector("[data-tag]");
const url = tag.textContent.replaceAll("&amp;", "&"); // it stands there as in HTML
const [before] = url.split("template=");
const page = new URL(url).searchParams.get("url");

stage.querySelector("[data-without-script]").hidden = true;
stage.addEventListener("change", () => {
  const chosen = new FormData(stage);
  const look = new URLSearchParams({ theme: chosen.get("theme") });
  if (chosen.get("accentColor")) look.set("accentColor", chosen.get("accentColor"));
  picture.src = `/templates/${chosen.get("template")}.webp?${look}`;
  picture.alt = `An example of the template ${chosen.get("template")}`;
  const options = [
    chosen.get("theme") === "dark" && "&theme=dark",
    chosen.get("accentColor") && `&accentColor=%23${chosen.get("accentColor")}`,
  ];
  tag.textContent = `${before}template=${chosen.get("template")}&url=${page}${options.filter(Boolean).join("")}`.replaceAll("&", "&amp;");
});
