import { fail, findSecret, NotTested, pass } from "../evidence/index.ts";
import { enter, installed, launch, pause, storedFiles } from "../world/index.ts";
import { type Leak, leakOf, linkSecrets } from "./parts/link-secrets.ts";
import { sessionsSeen } from "./parts/portal-sessions.ts";
import { mustBeRead, secretsIn } from "./parts/stored.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "token-at-rest",
  title: "Portal tokens and sessions are stored as hashes",
  section: "7",
  holdsTo: "Random ≥ 32 bytes or signed, stored hashed.",
  severity: "serious",
  how: "Every file the app stores, but for its logs, and its name are searched for the token of a portal URL that is alive, and for what an opened page's requests carried as their session.",
  fix: "Store the SHA-256 of a token and look a token up by its hash.",
  needs: ["database"],
  pace: "last",
  opensPage: true,
  observe: async (world) => {
    const sessions = await sessionsSeen(world);
    const tenant = await installed(world);
    const urls = [await launch(world, tenant), await launch(world, tenant)];
    // One is used, one is not: an app may forget what was used.
    await enter(urls[0] ?? "");
    await pause(500);
    const secrets = await linkSecrets(world, urls);
    const credentials = [...urls.map(secrets.of), ...sessions.map((session) => [session])];
    const files = storedFiles(world.options);
    const there = await secretsIn(files, credentials.flat());
    // A record may be found by the name of its file.
    const isIn = (path: string) => (secret: string) =>
      there.get(path)?.has(secret) === true || findSecret(path, secret) !== undefined;
    return {
      files: files.map((file) => ({ ...file, leak: leakOf(credentials, isIn(file.path)) })),
      isSure: secrets.isSure,
      credentials: credentials.flat(),
    };
  },
  judge: ({ files, isSure, credentials }) => {
    if (files.length === 0)
      throw new NotTested(
        "There is nothing at the path given with --database.",
        "Give the file or folder the app really stores in.",
      );
    const holding = (leak: Leak) => files.find((file) => file.leak === leak)?.path;
    const [whole, part] = [holding("all"), holding("some")];
    if (whole !== undefined)
      return fail(
        `${withoutSecrets(whole, credentials)} holds a portal token or a session as it is, or is named by one: whoever reads a copy of it can enter.`,
      );
    if (part !== undefined && !isSure)
      throw new NotTested(
        `${withoutSecrets(part, credentials)} holds one of several parts of a portal URL that differ each time, and none of them is refused when it is spoiled.`,
        "Somebody has to look whether that part lets anybody in.",
      );
    mustBeRead(files);
    return pass(`${files.length} files, no token and no session in them.`);
  },
});

/** A path as it may stand in a report. */
function withoutSecrets(path: string, secrets: readonly string[]): string {
  return secrets.reduce((known, secret) => known.replaceAll(secret, `${secret.slice(0, 4)}…`), path);
}
