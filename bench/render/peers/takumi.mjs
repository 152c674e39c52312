import { readFileSync } from "node:fs";
import { Renderer } from "@takumi-rs/core";
import { tree } from "./layout.mjs";
import { FONTS, serve } from "./serve.mjs";

const renderer = new Renderer();
for (const { name, weight, file } of FONTS) {
  await renderer.registerFont({ name, weight, data: readFileSync(file) });
}

function node({ style, text, src, children }) {
  if (text) return { type: "text", text, style };
  if (src) return { type: "image", src, style };
  return { type: "container", style, children: children.map(node) };
}

serve((card, files, variant) => {
  const images = Object.values(files).map(({ key, data }) => ({ src: key, data }));
  const pictures = Object.fromEntries(Object.entries(files).map(([name, { key }]) => [name, key]));
  const options = { width: 1200, height: 630, format: "png", images, ...variant };
  return renderer.render(node(tree({ ...card, pictures })), options);
});
