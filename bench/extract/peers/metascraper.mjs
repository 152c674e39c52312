// metascraper as an entrant, with all rule bundles of its own that find what a card needs;
// protocol.py says what is said.
import { createInterface } from "node:readline";
import metascraper from "metascraper";
import amazon from "metascraper-amazon";
import author from "metascraper-author";
import date from "metascraper-date";
import description from "metascraper-description";
import image from "metascraper-image";
import lang from "metascraper-lang";
import logo from "metascraper-logo";
import favicon from "metascraper-logo-favicon";
import publisher from "metascraper-publisher";
import title from "metascraper-title";
import url from "metascraper-url";

// No network: an icon that a page names is there, as for everybody else.
const resolveFaviconUrl = async (named) => ({ url: named });
const read = metascraper([
  amazon(),
  author(),
  date({ datePublished: true, dateModified: false }),
  description(),
  image(),
  lang(),
  logo(),
  favicon({ google: false, resolveFaviconUrl }),
  publisher(),
  title(),
  url(),
]);

const values = (found) => ({
  title: found.title,
  description: found.description,
  siteName: found.publisher,
  author: found.author,
  publishedAt: found.datePublished ?? found.date,
  image: found.image,
  logo: found.logo,
  lang: found.lang,
  url: found.url,
});

const say = (told) => process.stdout.write(JSON.stringify(told) + "\n");
const cpu = (before) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

say({ ready: true });
let pages = [];
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.load) {
    pages = request.load;
    say({ loaded: pages.length });
    continue;
  }
  const before = process.cpuUsage();
  const found = [];
  const each_ms = [];
  for (const page of pages) {
    const start = process.cpuUsage();
    found.push(await read(page));
    each_ms.push(cpu(start));
  }
  say({ total_ms: cpu(before), each_ms, values: found.map(values) });
}
