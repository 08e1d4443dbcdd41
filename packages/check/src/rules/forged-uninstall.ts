import { deliver, installed, isLaunched, launchAnswer, uninstallBody } from "../world/index.ts";
import { forgedAddresses } from "./parts/addresses.ts";
import { passesWhenNone } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-uninstall",
  title: "A forged uninstall event has no effect",
  section: "6",
  holdsTo:
    "Anybody who learns the callback URL can uninstall a real installation; so the URLs themselves are the secret.",
  severity: "critical",
  how: "Uninstall events are sent to the callback URL with another secret, half of it, one letter changed, one added, none in its place, without its part of the path, and to the door's name alone, or, where the URL holds no secret, to the URL itself; then the app is launched.",
  fix: "Accept events only at an address with an unguessable secret, the whole of it compared in constant time; answer 404 elsewhere.",
  standsOn: [portalAccepted],
  observe: async (world) => {
    const tenant = await installed(world);
    const forged = forgedAddresses(world.options.callback);
    const addresses = forged.length > 0 ? forged : [world.options.callback];
    await Promise.all(addresses.map((address) => deliver(address, uninstallBody(tenant))));
    if (isLaunched(await launchAnswer(world, tenant))) return [];
    return ["An uninstall event from somebody who does not know the secret ended the installation."];
  },
  judge: passesWhenNone("The installation went on."),
});
