// The bench's cards as a tree of boxes: {style, children}, {style, text}, {style, src}.
// Sizes, gaps and line heights are those of our generic/standard and product/standard.
const box = (style, ...children) => ({ style: { display: "flex", boxSizing: "border-box", ...style }, children });
const text = (string, style) => ({ style, text: string });
const image = (src, style) => ({ style, src });
const WIDTH = 1200;
const RINGS = [128, 200, 272];
const GRADIENT_DEGREES = 40.6;

const column = (style, ...children) => box({ flexDirection: "column", ...style }, ...children);
const spacer = (share) => box({ flexGrow: share });
const gap = (height) => box({ height, flexShrink: 0 });

function type(size, weight, color, lineHeight, trackingEm) {
  const fontFamily = size < 32 ? "Inter" : "Inter Display";
  const letterSpacing = `${(size * trackingEm).toFixed(3)}px`;
  return { fontFamily, fontSize: size, fontWeight: weight, color, lineHeight, letterSpacing };
}

function site(card, { size, icon }) {
  return box(
    { alignItems: "center", gap: Math.round(icon * 0.36), flexShrink: 0 },
    image(card.pictures.favicon, { width: icon, height: icon, borderRadius: Math.round(icon * 0.24) }),
    text(card.siteName, type(size, 600, card.colors.ink, 1.25, -0.012)),
  );
}

function ring(color, radius) {
  const at = { position: "absolute", left: WIDTH - radius - 1, top: -radius - 1 };
  const side = 2 * radius + 2;
  return box({ ...at, width: side, height: side, borderRadius: radius + 1, border: `2px solid ${color}38` });
}

function dot(color) {
  const at = { position: "absolute", left: WIDTH - RINGS[1] * 0.766 - 12, top: RINGS[1] * 0.643 - 12 };
  return box({ ...at, width: 24, height: 24, borderRadius: 12, backgroundColor: color });
}

function ground({ colors }) {
  const stops = colors.stops.map((color, at) => `${color} ${at * 50}%`);
  const gradient = `linear-gradient(${GRADIENT_DEGREES}deg, ${stops.join(", ")})`;
  const color = { width: WIDTH, height: 630, backgroundColor: colors.ground };
  return stops.length ? { ...color, backgroundImage: gradient } : color;
}

function standard(card) {
  const { colors } = card;
  return box(
    { ...ground(card), position: "relative", overflow: "hidden" },
    ...RINGS.map((radius) => ring(colors.accent_text, radius)),
    dot(colors.accent),
    column(
      { width: WIDTH, height: 630, padding: "72px 112px 76px 80px" },
      site(card, { size: 28, icon: 44 }),
      gap(32),
      spacer(1),
      box({ width: 88, height: 10, borderRadius: 5, backgroundColor: colors.accent, flexShrink: 0 }),
      gap(30),
      text(card.title, type(88, 700, colors.ink, 1.1, -0.03)),
      gap(22),
      text(card.description, type(30, 400, colors.muted, 1.42, -0.011)),
    ),
  );
}

function product(card) {
  const { colors } = card;
  const pill = { backgroundColor: colors.accent, borderRadius: 35, padding: "14px 29px" };
  return box(
    { ...ground(card), padding: "64px 64px 64px 72px", justifyContent: "space-between" },
    column(
      { width: 560 },
      site(card, { size: 25, icon: 40 }),
      gap(24),
      spacer(2),
      text(card.brand, type(25, 600, colors.accent_text, 1.25, -0.012)),
      gap(10),
      text(card.title, type(64, 700, colors.ink, 1.1, -0.03)),
      gap(16),
      text(card.description, type(27, 400, colors.muted, 1.42, -0.011)),
      gap(24),
      spacer(3),
      box({}, box(pill, text(card.price, type(34, 700, colors.on_accent, 1.2, -0.02)))),
    ),
    image(card.pictures.productImage, {
      width: 432,
      height: 502,
      objectFit: "cover",
      borderRadius: 32,
      border: `1px solid ${colors.hairline}`,
    }),
  );
}

export const tree = (card) => (card.kind === "photo" ? product(card) : standard(card));
