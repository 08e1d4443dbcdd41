import { attributeValues, type Exchange, holds, NotTested, pass, warning } from "../evidence/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "session-in-address",
  title: "The page's scripts carry the session in a header, not in the address",
  section: "7",
  holdsTo: "Nothing secret in the URL besides the token; the token never leaves through Referer or a log.",
  severity: "serious",
  how: "Two tenants' pages are opened and used in Chromium. What lets their calls in is found by asking the app with it and without; the addresses that scripts asked for are searched for it, and where they have it in a header also those that stand in the page. A page without scripts has no header to carry it in, and is not accused.",
  fix: "Send the session in an Authorization header. What stands in an address is written down by whatever stands in front of the app: access logs, proxies, the browser's own tools.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b, sessions } = await seePortal(world);
    const links = new Set([...a.urls, ...b.urls]);
    const exchanges = [...a.exchanges, ...b.exchanges].filter(({ url }) => !links.has(url));
    const pages = [a, b].flatMap(({ first, second }) => [first, second]);
    const written = pages.flatMap(({ html }) =>
      ["href", "src", "action"].flatMap((name) => attributeValues(html, name)),
    );
    return { shown: a.first.shown, sessions, exchanges, written };
  },
  judge: ({ shown, sessions, exchanges, written }) => {
    if (!shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    const carrying = exchanges.filter(({ url }) => sessions.some((session) => holds(url, session)));
    const [first] = carrying.filter(({ isByScript }) => isByScript === true);
    if (first !== undefined)
      return warning(
        `The page's script asks ${whereItStands(first, sessions)} with its session in the address.`,
      );
    const hasHeader = exchanges.some(
      ({ isByScript, requestHeaders }) =>
        isByScript === true && sessions.some((one) => Object.values(requestHeaders).join().includes(one)),
    );
    const inPage = written.find((address) => sessions.some((session) => holds(address, session)));
    if (hasHeader && inPage !== undefined)
      return warning(
        `The page's script carries its session in a header, and an address in the page holds it too: ${withoutSecret(inPage, sessions)}.`,
      );
    return pass(
      carrying.length === 0
        ? "No address carries the session."
        : "Only links and forms of pages made on the server carry the session in their address.",
    );
  },
});

/** The call without its secret. */
function whereItStands({ method, url }: Exchange, sessions: readonly string[]): string {
  const { pathname, search } = new URL(url);
  return `${method} ${withoutSecret(`${pathname}${search}`, sessions)}`;
}

function withoutSecret(address: string, sessions: readonly string[]): string {
  return sessions.reduce(
    (text, session) => text.replaceAll(session, "…").replaceAll(encodeURIComponent(session), "…"),
    address,
  );
}
