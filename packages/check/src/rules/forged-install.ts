import { deliver, installBody, isLaunched, launchAnswer } from "../world/index.ts";
import { withOtherSecret } from "./addresses.ts";
import { passesWhenNone } from "./judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "forged-install",
  title: "A forged install event has no effect",
  section: "6",
  holdsTo:
    "Anybody who learns the callback URL can plant a fake installation; so the URLs themselves are the secret.",
  severity: "critical",
  how: "An install event with a key that Cloud never gave out is sent to the URL with another secret in its place, or, where the URL holds no secret, to the URL itself; then it is launched.",
  fix: "Accept events only at an address with an unguessable secret, compared in constant time; answer 404 elsewhere. Or prove a new key against Cloud before you trust it.",
  observe: async (world) => {
    const tenant = world.tenant();
    const address = withOtherSecret(world.options.callback) ?? world.options.callback;
    await deliver(address, installBody(tenant));
    if (!isLaunched(await launchAnswer(world, tenant))) return [];
    return [
      address === world.options.callback
        ? "The callback URL holds no secret, and an install event with an invented key was taken for true."
        : "An install event sent to the callback URL with a wrong secret was taken for true.",
    ];
  },
  judge: passesWhenNone("The forged installation can't be launched."),
});
