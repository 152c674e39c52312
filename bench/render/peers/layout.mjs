// The bench's cards as a tree of boxes: {style, children}, {style, text} or {style, src}.
// Sizes, gaps and line heights are those of our generic/standard and product/standard.
const WIDTH = 1200;
const HEIGHT = 630;
const box = (style, ...children) => ({
  style: { display: "flex", boxSizing: "border-box", ...style },
  children,
});
const text = (string, style) => ({ text: string, style: { textWrap: "balance", ...style } });
const image = (src, style) => ({ src, style: { boxSizing: "border-box", ...style } });
const RINGS = [128, 200, 272];
const GRADIENT_DEGREES = 45;

const column = (style, ...children) => box({ flexDirection: "column", ...style }, ...children);
const spacer = (share) => box({ flexGrow: share });
const gap = (height) => box({ height, flexShrink: 0 });

function type(size, weight, color, lineHeight, trackingEm) {
  const fontFamily = size < 32 ? "Inter" : "Inter Display";
  const letterSpacing = `${(size * trackingEm).toFixed(3)}px`;
  return { fontFamily, fontSize: size, fontWeight: weight, color, lineHeight, letterSpacing };
}

function site({ values, colors }, favicon, { size, icon }) {
  const square = { width: icon, height: icon, borderRadius: Math.round(icon * 0.24) };
  return box(
    { alignItems: "center", gap: Math.round(icon * 0.36), flexShrink: 0 },
    image(favicon, square),
    text(values.siteName, type(size, 600, colors.ink, 1.25, -0.012)),
  );
}

function ring(color, radius) {
  const [reach, side] = [radius + 1, 2 * radius + 2];
  const circle = { width: side, height: side, borderRadius: reach, border: `2px solid ${color}38` };
  return box({ position: "absolute", left: WIDTH - reach, top: -reach, ...circle });
}

function dot(color) {
  const [left, top] = [WIDTH - RINGS[1] * 0.766 - 12, RINGS[1] * 0.643 - 12];
  const disc = { width: 24, height: 24, borderRadius: 12, backgroundColor: color };
  return box({ position: "absolute", left, top, ...disc });
}

function ground({ colors }) {
  const gradient = `linear-gradient(${GRADIENT_DEGREES}deg, ${colors.stops.join(", ")})`;
  const color = { width: WIDTH, height: HEIGHT, backgroundColor: colors.ground };
  return colors.stops.length ? { ...color, backgroundImage: gradient } : color;
}

function standard(card, sources) {
  const { colors, values } = card;
  return box(
    { ...ground(card), position: "relative", overflow: "hidden" },
    ...RINGS.map((radius) => ring(colors.accent_text, radius)),
    dot(colors.accent),
    column(
      { width: WIDTH, height: HEIGHT, padding: "72px 112px 76px 80px" },
      site(card, sources.favicon, { size: 28, icon: 44 }),
      gap(32),
      spacer(1),
      box({ width: 88, height: 10, borderRadius: 5, backgroundColor: colors.accent, flexShrink: 0 }),
      gap(30),
      text(values.title, type(88, 700, colors.ink, 1.1, -0.03)),
      gap(22),
      text(values.description, type(30, 400, colors.muted, 1.42, -0.011)),
    ),
  );
}

function product(card, sources) {
  const { colors, values } = card;
  const pill = { backgroundColor: colors.accent, borderRadius: 35, padding: "14px 29px" };
  return box(
    { ...ground(card), padding: "68px 72px 60px", justifyContent: "space-between" },
    column(
      { width: 560 },
      site(card, sources.favicon, { size: 25, icon: 40 }),
      gap(24),
      spacer(2),
      text(values.brand, type(25, 600, colors.accent_text, 1.25, -0.012)),
      gap(10),
      text(values.title, type(64, 700, colors.ink, 1.1, -0.03)),
      gap(16),
      text(values.description, type(27, 400, colors.muted, 1.42, -0.011)),
      gap(24),
      spacer(3),
      box({}, box(pill, text(values.price, type(34, 700, colors.on_accent, 1.2, -0.02)))),
    ),
    image(sources.productImage, {
      width: 432,
      height: 502,
      objectFit: "cover",
      borderRadius: 32,
      border: `1px solid ${colors.hairline}`,
    }),
  );
}

// Give the tree of a card; `source` turns one of its pictures into what the engine takes as src.
export function tree(card, source) {
  const pictures = Object.entries(card.pictures);
  const sources = Object.fromEntries(pictures.map(([name, picture]) => [name, source(picture)]));
  return card.kind === "photo" ? product(card, sources) : standard(card, sources);
}
