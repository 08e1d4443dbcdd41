import { installed, isLaunched, portalBody, requestPortal } from "../world/index.ts";
import { forgedAddresses } from "./parts/addresses.ts";
import { passesWhenNone } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-portal-request",
  title: "A forged portal request gets no session",
  section: "6",
  holdsTo:
    "Anybody who learns the portal generator URL and an installation id is handed a working portal session; so the URLs themselves are the secret.",
  severity: "critical",
  how: "Portal requests for a real installation are sent to the portal generator URL with another secret, half of it, one letter changed, one added, none in its place, without its part of the path, and to the door's name alone, or, where the URL holds no secret, to the URL itself.",
  fix: "Answer portal requests only at an address with an unguessable secret, the whole of it compared in constant time; answer 404 elsewhere.",
  shownBy: portalAccepted,
  observe: async (world) => {
    const tenant = await installed(world);
    const forged = forgedAddresses(world.options.portal);
    const addresses = forged.length > 0 ? forged : [world.options.portal];
    const answers = await Promise.all(addresses.map((address) => requestPortal(address, portalBody(tenant))));
    if (!answers.some(isLaunched)) return [];
    return ["Somebody who does not know the secret of the portal generator URL was handed a session."];
  },
  judge: passesWhenNone("No URL came back."),
});
