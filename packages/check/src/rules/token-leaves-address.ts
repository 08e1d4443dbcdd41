import { fail, holds, missed, NotTested, pass, tokenOf } from "../evidence/index.ts";
import { seePortal } from "./portal-seen.ts";
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
  observe: async (world) => (await seePortal(world)).a,
  judge: ({ urls: [url], first, exchanges }) => {
    if (!first.shown) throw new NotTested("The portal did not open.", "It needs a portal that opens.");
    const token = tokenOf(url);
    if (token.length >= 8 && holds(first.finalUrl, token))
      return missed(fail("With the page open its address still holds the token."));
    if (token.length >= 8 && first.history.some((address) => holds(address, token)))
      return missed(fail("The page's own history still leads back to the address with the token."));
    const { origin } = new URL(url);
    const leak = exchanges.find(
      (one) =>
        new URL(one.url).origin !== origin &&
        holds(`${one.url} ${one.requestHeaders["referer"] ?? ""}`, token),
    );
    return leak === undefined
      ? pass("Address and history have no token any more, and no other origin saw it.")
      : fail(`A request to ${new URL(leak.url).origin} carried the token.`);
  },
});
