import { installed, isLaunched, portalBody, requestPortal } from "../world/index.ts";
import { withOtherSecret } from "./addresses.ts";
import { passesWhenNone } from "./judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-portal-request",
  title: "A forged portal request gets no session",
  section: "6",
  holdsTo:
    "Anybody who learns the portal generator URL and an installation id is handed a working portal session; so the URLs themselves are the secret.",
  severity: "critical",
  how: "A portal request for a real installation is sent to the portal generator URL with another secret in its place, or, where the URL holds no secret, to the URL itself.",
  fix: "Answer portal requests only at an address with an unguessable secret, compared in constant time; answer 404 elsewhere.",
  observe: async (world) => {
    const tenant = await installed(world);
    const address = withOtherSecret(world.options.portal) ?? world.options.portal;
    if (!isLaunched(await requestPortal(address, portalBody(tenant)))) return [];
    return ["Somebody who does not know the secret of the portal generator URL was handed a session."];
  },
  judge: passesWhenNone("No URL came back."),
});
