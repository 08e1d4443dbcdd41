import { deliver, installBody } from "../world/index.ts";
import { forgedAddresses } from "./parts/addresses.ts";
import { passesWhenNone } from "./parts/judging.ts";
import { isStored } from "./parts/known.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-install",
  title: "A forged install event has no effect",
  section: "6",
  holdsTo:
    "Anybody who learns the callback URL can plant a fake installation; so the URLs themselves are the secret.",
  severity: "critical",
  how: "Install events with keys that Cloud never gave out are sent to the URL with another secret, half of it, one letter changed, one added, none in its place, without its part of the path, and to the door's name alone, or, where the URL holds no secret, to the URL itself; then they are launched.",
  fix: "Accept events only at an address with an unguessable secret, the whole of it compared in constant time; answer 404 elsewhere. Or prove a new key against Cloud before you trust it.",
  shownBy: portalAccepted,
  observe: async (world) => {
    const forged = forgedAddresses(world.options.callback);
    const addresses = forged.length > 0 ? forged : [world.options.callback];
    const tried = addresses.map(async (address) => {
      const tenant = world.tenant();
      await deliver(address, installBody(tenant));
      return isStored(world, tenant);
    });
    if (!(await Promise.all(tried)).includes(true)) return [];
    return [
      forged.length === 0
        ? "The callback URL holds no secret, and an install event with an invented key was taken for true."
        : "An install event sent to the callback URL with a wrong secret was taken for true.",
    ];
  },
  judge: passesWhenNone("No forged installation can be launched."),
});
