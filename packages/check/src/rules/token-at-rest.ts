import { fail, findSecret, NotTested, pass, tokensOf } from "../evidence/index.ts";
import { enter, installed, launch, pause, storedFiles } from "../world/index.ts";
import { sessionsSeen } from "./portal-sessions.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "token-at-rest",
  title: "Portal tokens and sessions are stored as hashes",
  section: "7",
  holdsTo: "Random ≥ 32 bytes or signed, stored hashed.",
  severity: "serious",
  how: "Every file the app stores, but for its logs, is searched for the token of a portal URL that is alive, and for what an opened page's requests carried as their session.",
  fix: "Store the SHA-256 of a token and look a token up by its hash.",
  needs: ["database"],
  pace: "last",
  observe: async (world) => {
    const sessions = await sessionsSeen(world);
    const tenant = await installed(world);
    const urls = [await launch(world, tenant), await launch(world, tenant)];
    // One is used, one is not: an app may forget what was used.
    await enter(urls[0] ?? "");
    await pause(500);
    const files = storedFiles(world.options);
    const tokens = [...tokensOf(urls), ...sessions];
    return {
      files: files.length,
      found: files
        .filter(({ bytes }) => tokens.some((one) => findSecret(bytes, one) !== undefined))
        .map(({ path }) => path),
    };
  },
  judge: ({ files, found }) => {
    if (files === 0)
      throw new NotTested(
        "There is nothing at the path given with --database.",
        "Give the file or folder the app really stores in.",
      );
    return found.length === 0
      ? pass(`${files} files, no token and no session in them.`)
      : fail(`${found[0]} holds a portal token or a session as it is: whoever reads a copy of it can enter.`);
  },
});
