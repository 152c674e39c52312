// A peer as a process of the bench; protocol.py says what is said.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const face = (name, weight) => {
  const file = `fonts/${name.replace(" ", "")}-${weight}.ttf`;
  return { name, weight, style: "normal", data: readFileSync(file) };
};
export const FONTS = [face("Inter", 400), face("Inter", 600), face("Inter Display", 700)];

// draw(card, variant) gives a picture's bytes; it alone is timed.
export async function serve(prepare, draw) {
  const say = (told) => process.stdout.write(JSON.stringify(told) + "\n");
  say({ ready: true });
  let cards = [];
  let variant = {};
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.load) {
      cards = request.load.map(prepare);
      variant = request.variant;
      say({ loaded: cards.length });
      continue;
    }
    const { save, concurrency } = request.run;
    let picture;
    let next = 0;
    const lane = async () => {
      while (next < cards.length) picture = await draw(cards[next++], variant);
    };
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    await Promise.all(Array.from({ length: concurrency }, lane));
    const wall_ms = performance.now() - before;
    const { user, system } = process.cpuUsage(cpuBefore);
    if (save) writeFileSync(save, picture);
    say({ wall_ms, cpu_ms: (user + system) / 1000, bytes: picture.length });
  }
}
