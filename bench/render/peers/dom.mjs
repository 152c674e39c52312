// Shows a card in a page; layout.mjs stands before this.
const UNITLESS = new Set(["fontWeight", "lineHeight", "flexGrow", "flexShrink"]);

function dom({ style, text, src, children }) {
  const element = document.createElement(src ? "img" : "div");
  for (const [name, value] of Object.entries(style)) {
    const isLength = typeof value === "number" && !UNITLESS.has(name);
    element.style[name] = isLength ? `${value}px` : value;
  }
  if (src) element.src = src;
  else if (text) element.textContent = text;
  else element.append(...children.map(dom));
  return element;
}

window.show = async (card) => {
  const url = ({ type, base64 }) => `data:${type};base64,${base64}`;
  document.body.replaceChildren(dom(tree(card, url)));
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode()));
};
