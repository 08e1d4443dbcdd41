import { bitsOf, fail, leastBits, pass, sharedShape, type Verdict } from "../evidence/index.ts";
import { installed, launch } from "../world/index.ts";
import { linkSecrets } from "./parts/link-secrets.ts";
import { defineRule } from "./rule.ts";

const launches = 200;
const atOnce = 20;

export default defineRule({
  id: "token-entropy",
  title: "The token in a portal URL can't be guessed",
  section: "7",
  holdsTo: "Token and session: random ≥ 32 bytes or signed.",
  severity: "critical",
  how: "200 launches; their tokens must all differ, be long enough, and vary in enough places by enough.",
  fix: "Take 32 bytes from the operating system's source of randomness (crypto.randomBytes, secrets.token_urlsafe, crypto/rand) for each token, or sign it with a key of that length.",
  observe: async (world) => {
    const tenant = await installed(world);
    const urls: string[] = [];
    while (urls.length < launches)
      urls.push(...(await Promise.all(Array.from({ length: atOnce }, () => launch(world, tenant)))));
    // Whoever guesses has to guess all of them.
    const secrets = await linkSecrets(world, urls);
    return urls.map((url) => secrets.of(url).join(""));
  },
  judge: judgeTokens,
});

/** A rule for what is certain: too short, repeated, or hardly varying. */
export function judgeTokens(tokens: readonly string[]): Verdict {
  const [first = ""] = tokens;
  if (new Set(tokens).size < tokens.length)
    return fail(`Of ${tokens.length} launches two had the same token.`);
  const length = bitsOf(first);
  if (length < leastBits)
    return fail(`A token of ${first.length} characters holds at most ${length} bits; 128 are the least.`);
  const { varying, bits } = sharedShape(tokens);
  if (bits < leastBits * 0.75)
    return fail(
      `Over ${tokens.length} launches only ${varying} of ${first.length} characters of the token vary, with about ${bits} bits between them.`,
    );
  return pass(
    `${tokens.length} different tokens of ${first.length} characters, about ${bits} bits of them varying.`,
  );
}
