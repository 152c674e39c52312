import { Resvg } from "@resvg/resvg-js";
import satori from "satori";
import { tree } from "./layout.mjs";
import { FONTS as fonts, serve } from "./serve.mjs";

function element({ style, text, src, children }) {
  const { width, height } = style;
  if (src) return { type: "img", props: { src, style, width, height } };
  return { type: "div", props: { style, children: text ?? children.map(element) } };
}

const url = ({ type, base64 }) => `data:${type};base64,${base64}`;

serve(
  (card) => card,
  async (card) => {
    const svg = await satori(element(tree(card, url)), { width: 1200, height: 630, fonts });
    return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
  },
);
