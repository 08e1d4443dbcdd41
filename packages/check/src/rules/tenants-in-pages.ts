import { fail, harm, NotTested, seen } from "../evidence/index.ts";
import { passesSearched } from "./parts/judging.ts";
import { seePortal } from "./parts/portal-seen.ts";
import type { Seen } from "./parts/seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "tenants-in-pages",
  title: "No tenant's page or answer holds anything of another's",
  section: "7",
  holdsTo:
    "Always use the organization_id and instance_id from the install payload or portal request to scope what the app shows and does.",
  severity: "critical",
  how: "Two tenants with marked records in their ledgers and marked inputs of their own are opened in Chromium and used; every page, answer, script and storage of one is searched for the other's marks and ids.",
  fix: "Take the installation from the session on the server and put its id into every query and every call to Cloud; never read it from the page's request, a global or a cache without the installation in its key.",
  needs: ["browser"],
  observe: async (world) => ({ ...(await seePortal(world)), large: [...world.large] }),
  judge: ({ a, b, large }) => {
    if (a.exchanges.length === 0)
      throw new NotTested("The portal answered nothing in a browser.", "It needs a portal that opens.");
    const found = [...foreign(a, b), ...foreign(b, a)];
    return found.length === 0
      ? passesSearched(
          `${a.exchanges.length + b.exchanges.length} answers in two tenants' pages, none with anything of the other.`,
          large,
        )
      : harm(seen(fail(...found)));
  },
});

function foreign(mine: Seen, other: Seen): readonly string[] {
  const places = mine.exchanges.map(({ method, url, answer }) => ({
    where: `${method} ${new URL(url).pathname}`,
    text: answer.text,
  }));
  const pages = [mine.first, mine.second].map(({ html, storage }) => ({
    where: "the page",
    text: html + storage,
  }));
  // One of them in a place says what the others would.
  return [...places, ...pages].flatMap(({ where, text }) =>
    other.marks
      .filter((mark) => !mine.marks.includes(mark) && text.includes(mark))
      .slice(0, 1)
      .map((mark) => `In ${mine.tenant.name}'s session ${where} held ${mark} of ${other.tenant.name}.`),
  );
}
