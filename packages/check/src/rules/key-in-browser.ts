import { type Exchange, fail, firstOf, harm, NotTested, searchFor, seen } from "../evidence/index.ts";
import type { BrowserVisit } from "../world/index.ts";
import { seeBrokenDay } from "./parts/error-pages.ts";
import { passesSearched } from "./parts/judging.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "key-in-browser",
  title: "The API key never reaches the browser",
  section: "9",
  holdsTo: "Store it securely and never expose it in the browser, logs, portal URLs, or client-side code.",
  severity: "critical",
  how: "Every answer, header, script, page, storage and console line of two tenants' pages in Chromium, and with --start of a page while Cloud fails, is searched for every key that the app was given: plain, base64, hex, URL-encoded, reversed, in pieces.",
  fix: "Keep the key on the server and call Cloud from there. Show api_key_prefix where people need to recognise a key.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    const broken = world.process === undefined ? undefined : await seeBrokenDay(world);
    return { a, b, broken, large: [...world.large], keys: world.tenants.map(({ key }) => key) };
  },
  judge: ({ a, b, broken, large, keys }) => {
    if (a.exchanges.length === 0)
      throw new NotTested("The portal answered nothing in a browser.", "It needs a portal that opens.");
    // A page may hold the key of whoever was installed last.
    const search = searchFor(keys);
    const found = [a, b].flatMap(({ exchanges, first, second }) =>
      keysIn(exchanges, [first, second], search),
    );
    if (broken !== undefined) found.push(...keysIn(broken.bad.exchanges, [broken.bad], search));
    return found.length === 0
      ? passesSearched("No trace of a key.", large)
      : harm(seen(fail(...firstOf(found, 3))));
  },
});

function keysIn(
  exchanges: readonly Exchange[],
  visits: readonly BrowserVisit[],
  search: ReturnType<typeof searchFor>,
): readonly string[] {
  const places = [
    ...exchanges.map(({ method, url, answer }) => ({
      where: `the answer to ${method} ${new URL(url).pathname}`,
      text: `${answer.text}\n${JSON.stringify(answer.headers)}`,
    })),
    ...exchanges.map(({ url }) => ({ where: "an address", text: url })),
    ...visits.flatMap(({ html, storage, console: lines, finalUrl }) => [
      { where: "the page", text: html },
      { where: "the browser's storage", text: storage },
      { where: "the browser's console", text: lines.join("\n") },
      { where: "the page's address", text: finalUrl },
    ]),
  ];
  return places.flatMap(({ where, text }) => {
    const finding = search(text);
    return finding === undefined ? [] : [`The key stands in ${where} (${finding.form}).`];
  });
}
