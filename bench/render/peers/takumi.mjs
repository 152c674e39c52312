import { Renderer } from "@takumi-rs/core";
import { tree } from "./layout.mjs";
import { FONTS, serve } from "./serve.mjs";

const renderer = new Renderer();
for (const font of FONTS) await renderer.registerFont(font);

function node({ style, text, src, children }) {
  if (src) return { type: "image", src, style };
  if (text) return { type: "text", text, style };
  return { type: "container", style, children: children.map(node) };
}

function prepare(card) {
  const pictures = Object.values(card.pictures);
  const images = pictures.map(({ key, base64 }) => ({
    src: key,
    data: Buffer.from(base64, "base64"),
  }));
  return { card, images };
}

serve(prepare, ({ card, images }, variant) => {
  const root = node(tree(card, ({ key }) => key));
  return renderer.render(root, { width: 1200, height: 630, format: "png", images, ...variant });
});
