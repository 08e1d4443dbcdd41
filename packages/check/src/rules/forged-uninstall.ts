import { deliver, installed, isLaunched, launchAnswer, uninstallBody } from "../world/index.ts";
import { withOtherSecret } from "./addresses.ts";
import { passesWhenNone } from "./judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-uninstall",
  title: "A forged uninstall event has no effect",
  section: "6",
  holdsTo:
    "Anybody who learns the callback URL can uninstall a real installation; so the URLs themselves are the secret.",
  severity: "critical",
  how: "An uninstall event is sent to the callback URL with another secret in its place, or, where the URL holds no secret, to the URL itself; then the app is launched.",
  fix: "Accept events only at an address with an unguessable secret, compared in constant time; answer 404 elsewhere.",
  observe: async (world) => {
    const tenant = await installed(world);
    const address = withOtherSecret(world.options.callback) ?? world.options.callback;
    await deliver(address, uninstallBody(tenant));
    if (isLaunched(await launchAnswer(world, tenant))) return [];
    return ["An uninstall event from somebody who does not know the secret ended the installation."];
  },
  judge: passesWhenNone("The installation went on."),
});
