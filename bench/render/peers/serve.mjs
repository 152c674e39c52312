// A peer as the bench's long-lived process: one request a line, one answer a line, both JSON.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const TYPES = { favicon: "image/png", productImage: "image/jpeg" };

export const FONTS = [
  ["Inter", 400],
  ["Inter", 600],
  ["Inter Display", 700],
].map(([name, weight]) => ({ name, weight, file: `fonts/${name.replace(" ", "")}-${weight}.ttf` }));

// Give the card's pictures as {type, data, key}: bytes, and a name that is theirs alone.
function files(card) {
  const names = Object.keys(TYPES).filter((name) => card[name]);
  return Object.fromEntries(
    names.map((name) => {
      const data = Buffer.from(card[name], "base64");
      return [name, { type: TYPES[name], data, base64: card[name], key: `${name}-${card.mark}` }];
    }),
  );
}

// draw(card, files, variant) gives the picture's bytes; it alone is timed.
export async function serve(draw) {
  const say = (told) => process.stdout.write(JSON.stringify(told) + "\n");
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { cards, variant, save, concurrency } = JSON.parse(line);
    const ready = cards.map((card) => [card, files(card)]);
    let picture;
    const lane = async () => {
      for (let next; (next = ready.shift()); ) picture = await draw(...next, variant);
    };
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    await Promise.all(Array.from({ length: concurrency ?? 1 }, lane));
    const wall_ms = performance.now() - before;
    const cpu = process.cpuUsage(cpuBefore);
    if (save) writeFileSync(save, picture);
    say({ wall_ms, cpu_ms: (cpu.user + cpu.system) / 1000, bytes: picture.length });
  }
}
