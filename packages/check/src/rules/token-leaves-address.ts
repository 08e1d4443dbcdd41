import { fail, holds, missed, NotTested, pass } from "../evidence/index.ts";
import { leakOf, linkSecrets } from "./parts/link-secrets.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "token-leaves-address",
  title: "The token leaves the address bar when the page is entered, and goes to nobody else",
  section: "7",
  holdsTo:
    "The token leaves the address bar and the history as soon as the page is entered, and never leaves through Referer or a log.",
  severity: "serious",
  how: "After the portal has opened in Chromium its address and history are read, and every request to other origins is searched for the token.",
  fix: "Exchange the token for a session, then history.replaceState to an address without it, or redirect. Send Referrer-Policy: no-referrer.",
  needs: ["browser"],
  observe: async (world) => {
    const { a } = await seePortal(world);
    const secrets = await linkSecrets(world, a.urls);
    return { ...a, links: a.urls.map((url) => secrets.of(url).filter(({ length }) => length >= 8)) };
  },
  judge: ({ urls, links, first, exchanges }) => {
    if (!first.shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    const [url] = urls;
    const carriesOne = (text: string) => leakOf(links, (secret) => holds(text, secret)) === "all";
    if (carriesOne(first.finalUrl))
      return missed(fail("With the page open its address still holds the token."));
    if (first.history.some(carriesOne))
      return missed(fail("The page's own history still leads back to the address with the token."));
    const { origin } = new URL(url);
    const leak = exchanges.find(
      (one) =>
        new URL(one.url).origin !== origin && carriesOne(`${one.url} ${one.requestHeaders["referer"] ?? ""}`),
    );
    return leak === undefined
      ? pass("Address and history have no token any more, and no other origin saw it.")
      : fail(`A request to ${new URL(leak.url).origin} carried the token.`);
  },
});
