import { DatabaseSync } from "node:sqlite";
import {
  type Answer,
  describeAnswer,
  fail,
  NotTested,
  pass,
  succeeded,
  type Verdict,
} from "../evidence/index.ts";
import { filesUnder, install, isLaunched, launchAnswer, pause } from "../world/index.ts";
import { onceReady } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const held = 2500;

export default defineRule({
  id: "locked-database",
  title: "While its database is locked the app promises nothing it doesn't keep",
  section: "3",
  holdsTo: "A 2xx makes the installation active: what was acknowledged is stored.",
  severity: "serious",
  how: "The app's SQLite database is locked for two and a half seconds while an install event arrives; an acknowledged one must be launchable afterwards, a refused one must be accepted when it comes again.",
  fix: "Wait for the lock for a few seconds (busy_timeout) and answer 2xx only after the commit; answer 503 when it did not come to that.",
  standsOn: [portalAccepted],
  needs: ["start", "database"],
  pace: "alone",
  observe: async (world): Promise<Seen> => {
    const tenant = world.tenant();
    const unlock = lockDatabase(world.options.database ?? "");
    const sending = install(world, tenant);
    await pause(held);
    unlock();
    const answer = await sending;
    const again = succeeded(answer) ? answer : await install(world, tenant);
    return { answer, again, launched: isLaunched(await launchAnswer(world, tenant)) };
  },
  judge: (seen) => onceReady(judgeSeen(seen)),
});

type Seen = { readonly answer: Answer; readonly again: Answer; readonly launched: boolean };

function judgeSeen({ answer, again, launched }: Seen): Verdict {
  if (succeeded(answer) && !launched)
    return fail("An install that was acknowledged while the database was locked was not stored.");
  if (!succeeded(again))
    return fail(
      `After the database had been locked for a moment the app no longer accepts an install: it ${describeAnswer(again)}.`,
    );
  return launched
    ? pass(`While it was locked the app ${describeAnswer(answer)}; afterwards it can be launched.`)
    : fail("An install sent again after the lock can't be launched.");
}

/** Takes the write lock of every SQLite database that is shown. @throws NotTested where there is none. */
export function lockDatabase(path: string): () => void {
  const all = filesUnder(path);
  const paths = new Set(all.map(({ path }) => path));
  // One that was killed before its first checkpoint is empty, and all of it stands in the log beside it.
  const files = all.filter(
    ({ path, size, head }) =>
      head.toString("latin1").startsWith("SQLite format 3") || (size === 0 && paths.has(`${path}-wal`)),
  );
  if (files.length === 0)
    throw new NotTested(
      "What the app stores is no SQLite database.",
      "It needs one that can be locked from outside.",
    );
  const opened: DatabaseSync[] = [];
  // What is closed rolls back.
  const unlock = () => {
    for (const database of opened) database.close();
  };
  try {
    for (const file of files) {
      const database = new DatabaseSync(file.path, { timeout: 2000 });
      opened.push(database);
      database.exec("BEGIN IMMEDIATE");
    }
  } catch (error) {
    unlock();
    throw error;
  }
  return unlock;
}
