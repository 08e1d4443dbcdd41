import { fail, pass, searchFor } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import { beginOccasions, mustBeWholeLog, seeLogs } from "./parts/logs.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "key-in-log",
  title: "The API key is not in the log",
  section: "9",
  holdsTo: "API keys are never exposed in the browser, logs, portal URLs, or client-side code.",
  severity: "critical",
  how: "After installs, wrong installs, conflicts, uninstalls and calls that Cloud refused, cut and failed, and all that other rules did, standard output, standard error and the log files are searched for every key of the check: plain, base64, hex, URL-encoded, reversed, in pieces.",
  fix: "Never log a body, an event or a record as a whole; log its ids and api_key_prefix. Let the type that holds a key print as its prefix.",
  needs: ["log"],
  pace: "last",
  prepare: (world) => void beginOccasions(world),
  observe: async (world: World) => {
    const { text, isCut } = await seeLogs(world);
    const keys = world.tenants.map(({ key }) => key);
    return { length: text.length, isCut, finding: searchFor(keys)(text) };
  },
  judge: ({ length, isCut, finding }) => {
    if (finding !== undefined) return fail(`The log holds a key (${finding.form}): ${finding.around}`);
    mustBeWholeLog({ isCut });
    return pass(`${length} characters of log, no trace of a key.`);
  },
});
