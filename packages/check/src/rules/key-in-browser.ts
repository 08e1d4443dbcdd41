import { type Exchange, fail, findSecret, firstOf, harm, NotTested, pass, seen } from "../evidence/index.ts";
import type { BrowserVisit, Tenant } from "../world/index.ts";
import { seeBrokenDay } from "./error-pages.ts";
import { seePortal } from "./portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "key-in-browser",
  title: "The API key never reaches the browser",
  section: "9",
  holdsTo: "Store it securely and never expose it in the browser, logs, portal URLs, or client-side code.",
  severity: "critical",
  how: "Every answer, header, script, page, storage and console line of two tenants' pages in Chromium, and with --start of a page while Cloud fails, is searched for their keys: plain, base64, hex, URL-encoded, reversed, in pieces.",
  fix: "Keep the key on the server and call Cloud from there. Show api_key_prefix where people need to recognise a key.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    return { a, b, broken: world.process === undefined ? undefined : await seeBrokenDay(world) };
  },
  judge: ({ a, b, broken }) => {
    if (a.exchanges.length === 0)
      throw new NotTested("The portal answered nothing in a browser.", "It needs a portal that opens.");
    const found = [a, b].flatMap(({ tenant, exchanges, first, second }) =>
      search(tenant, exchanges, [first, second]),
    );
    if (broken !== undefined) found.push(...search(broken.tenant, broken.bad.exchanges, [broken.bad]));
    return found.length === 0 ? pass("No trace of a key.") : harm(seen(fail(...firstOf(found, 3))));
  },
});

function search(
  { key }: Tenant,
  exchanges: readonly Exchange[],
  visits: readonly BrowserVisit[],
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
    const finding = findSecret(text, key);
    return finding === undefined ? [] : [`The key stands in ${where} (${finding.form}).`];
  });
}
