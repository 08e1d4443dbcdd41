/** `key-revoked`: Cloud says that the key is dead. */
import { Refusal } from "../errors.ts";
import { gatewayFault } from "./fault.ts";
import { none } from "./values.ts";

/** The refusal of contract section 8 for a key whose installation is over. */
export function keyRevoked(): Refusal {
  const sentence =
    "The API key was revoked: its installation was ended or never completed. Install the app again.";
  return new Refusal(401, "key_revoked", sentence);
}

export const keyRevokedFault = gatewayFault({
  name: "key-revoked",
  title: "The key is revoked",
  values: none,
  whatHappens: "Every call is refused with 401 key_revoked, as if the installation had ended.",
  whatAGoodAppDoes:
    "Believes it: destroys the key, ends sessions and jobs of that installation, and tells its page's visitors to install the app again.",
  effect: () => ({ kind: "refuse", refusal: keyRevoked() }),
});
