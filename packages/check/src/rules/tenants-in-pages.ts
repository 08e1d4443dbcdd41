import { type Exchange, fail, harm, NotTested, seen } from "../evidence/index.ts";
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
  how: "Two tenants with marked records in their ledgers and marked inputs of their own are opened in Chromium and used; every page, answer, script and storage of one is searched for the other's marks and ids. An answer with a tenant's records that a browser or a cache may keep, and give to the other who asks for the same address, is found too.",
  fix: "Take the installation from the session on the server and put its id into every query and every call to Cloud; never read it from the page's request, a global or a cache without the installation in its key. Send Cache-Control: no-store with every answer that holds records.",
  needs: ["browser"],
  observe: async (world) => ({ ...(await seePortal(world)), large: [...world.large] }),
  judge: ({ a, b, large }) => {
    if (a.exchanges.length === 0)
      throw new NotTested("The portal answered nothing in a browser.", "It needs a portal that opens.");
    const found = [...foreign(a, b), ...foreign(b, a), ...keptForAnother(a, b)];
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

/** Answers with records of one tenant that would be given to the other, who asked for the same address. */
export function keptForAnother(mine: Asked, other: Asked): readonly string[] {
  const asked = other.exchanges.filter(isRead);
  const kept = mine.exchanges.filter(
    (call) =>
      isRead(call) &&
      mine.records.some((mark) => call.answer.text.includes(mark)) &&
      isKept(call.answer.headers) &&
      asked.some((again) => again.url === call.url && isAlike(call, again)),
  );
  const paths = new Set(kept.map(({ url }) => new URL(url).pathname));
  return [...paths].map(
    (path) =>
      `The answer to GET ${path} holds a tenant's records and may be kept for a while, by nothing but its address, which is another tenant's too: a browser with two tabs shows one what it kept of the other.`,
  );
}

type Asked = Pick<Seen, "exchanges" | "records">;

function isRead({ method }: Pick<Exchange, "method">): boolean {
  return method === "GET";
}

/** Whether a cache gives the second what it keeps of the first: they say the same in all that the answer varies by. */
function isAlike({ requestHeaders, answer }: Exchange, again: Exchange): boolean {
  return (answer.headers["vary"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .every((name) => requestHeaders[name] === again.requestHeaders[name]);
}

/** As HTTP's caches read it; what varies by who asks is kept for each. */
function isKept(headers: Readonly<Record<string, string>>): boolean {
  const control = (headers["cache-control"] ?? "").toLowerCase();
  if (/no-store|no-cache/.test(control)) return false;
  if (/authorization|cookie|session|token|\*/.test((headers["vary"] ?? "").toLowerCase())) return false;
  return /(?:max-age|s-maxage)\s*=\s*"?0*[1-9]/.test(control);
}
