import { bitsOf, leastBits, pass, secretSegments, warning } from "../evidence/index.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "secret-address",
  title: "The two URLs hold a secret that can't be guessed",
  section: "6",
  holdsTo: "The URLs themselves are the secret: at least 128 random bits.",
  severity: "serious",
  how: "The parts of both URLs that could be random are measured. Whether forged events get through is tested by the forged rules.",
  fix: "Put a random part of at least 22 base64url or 32 hexadecimal characters into the path of both URLs, from configuration, and answer 404 to any other.",
  observe: async ({ options: { callback, portal } }) =>
    [callback, portal].map((url) => Math.max(0, ...secretSegments(url).map(bitsOf))),
  judge: ([callback = 0, portal = 0]) => {
    const least = Math.min(callback, portal);
    if (least >= leastBits) return pass("Both hold a part long enough for 128 random bits.");
    const which = callback === least ? "callback" : "portal generator";
    return warning(
      least === 0
        ? `The ${which} URL has no part that could be a secret: whoever learns the host can call it, unless something else protects it.`
        : `The secret part of the ${which} URL holds at most ${least} bits; 128 are wanted.`,
    );
  },
});
