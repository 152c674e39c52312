import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import satori from "satori";
import { tree } from "./layout.mjs";
import { FONTS, serve } from "./serve.mjs";

const fonts = FONTS.map(({ name, weight, file }) => ({ name, weight, data: readFileSync(file) }));

function element({ style, text, src, children }) {
  if (src) return { type: "img", props: { src, style, width: style.width, height: style.height } };
  return { type: "div", props: { style, children: text ?? children.map(element) } };
}

serve(async (card, files) => {
  const urls = Object.entries(files).map(([name, it]) => [name, `data:${it.type};base64,${it.base64}`]);
  const shown = element(tree({ ...card, pictures: Object.fromEntries(urls) }));
  const svg = await satori(shown, { width: 1200, height: 630, fonts });
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
});
