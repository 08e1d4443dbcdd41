import {
  type Answer,
  describeAnswer,
  fail,
  NotTested,
  pass,
  succeeded,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { fillDisk, install, installed, isLaunched, launchAnswer, until, type World } from "../world/index.ts";
import { onceReady } from "./parts/judging.ts";
import { killAndStart } from "./parts/killing.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

type Seen = {
  readonly full: Answer;
  /** Whether the process outlived it. */
  readonly alive: boolean;
  readonly again: Answer;
  readonly launched: boolean;
  readonly knownLaunched: boolean;
};

export default defineRule({
  id: "full-disk",
  title: "With a full disk the app promises nothing it doesn't keep, and goes on when there is room again",
  section: "3",
  holdsTo: "A 2xx makes the installation active: what was acknowledged is stored.",
  severity: "serious",
  how: "The app's processes may write no file for a moment (prlimit, on Linux) while an install event arrives; afterwards they may. An acknowledged event must survive a kill, a refused one must be accepted when it comes again, and the app must still be there.",
  fix: "Answer 2xx only when the write has succeeded, 503 when it has not, and let nothing end the process when a log line or a record can't be written.",
  standsOn: [portalAccepted],
  needs: ["start"],
  pace: "alone",
  observe: async (world): Promise<Seen> => {
    const known = await installed(world);
    const tenant = world.tenant();
    const room = fillDisk(world.process?.processes() ?? []);
    if (room === undefined)
      throw new NotTested(
        "The disk can't be made full here, or the app had just ended.",
        "It needs Linux and its command prlimit.",
        "missed",
      );
    const full = await install(world, tenant);
    room();
    const alive = await isThere(world);
    if (succeeded(full) || !alive) await killAndStart(world);
    const again = succeeded(full) ? full : await install(world, tenant);
    return {
      full,
      alive,
      again,
      launched: isLaunched(await launchAnswer(world, tenant)),
      knownLaunched: isLaunched(await launchAnswer(world, known)),
    };
  },
  judge: (seen) => onceReady(judgeSeen(seen)),
});

function judgeSeen({ full, alive, again, launched, knownLaunched }: Seen): Verdict {
  if (!knownLaunched) return fail("After the disk had been full an older installation can't be launched.");
  if (succeeded(full) && !launched)
    return fail("An install that was acknowledged while nothing could be written was gone after a crash.");
  if (!succeeded(again))
    return fail(
      `After the disk had been full the app no longer accepts an install: it ${describeAnswer(again)}.`,
    );
  if (!launched) return fail("An install sent again when there was room can't be launched.");
  return alive
    ? pass(`While nothing could be written the app ${describeAnswer(full)}; afterwards it goes on.`)
    : warning(
        "The app ended when it could not write; nothing was lost, but until somebody starts it again nobody is served.",
      );
}

async function isThere({ process }: World): Promise<boolean> {
  // What ends of a failure does so in a moment.
  return !(await until(() => process?.runs() !== true, 1500));
}
