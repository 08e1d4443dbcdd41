/** Killing the app without warning and starting it again, for the rules about the worst moment. */
import { Found, fail, NotTested, seen, standingOn } from "../../evidence/index.ts";
import { type AppProcess, EndedError, pause, sentenceOf, type World } from "../../world/index.ts";

/** What watches over an app starts it more than once. */
const betweenStarts = 1000;

/**
 * SIGKILL and a new start.
 *
 * @param meanwhile done while no process of the app is there to notice.
 * @throws NotTested where the process is not the checker's.
 * @throws Found where the app ends each time it is started again.
 */
export async function killAndStart(world: World, meanwhile: () => void = () => undefined): Promise<void> {
  const { process } = world;
  if (process === undefined) throw new NotTested("The checker may not kill the app.", "Give --start.");
  await process.kill();
  meanwhile();
  const ended = await process.start().catch(unlessEnded);
  if (ended !== undefined) await startOnceMore(process);
}

async function startOnceMore(process: AppProcess): Promise<void> {
  await pause(betweenStarts);
  const ended = await process.start().catch(unlessEnded);
  if (ended === undefined) return;
  throw new Found(
    standingOn([], seen(fail(`After a crash the app can't be started any more. ${sentenceOf(ended)}`))),
  );
}

function unlessEnded(error: unknown): EndedError {
  if (error instanceof EndedError) return error;
  throw error;
}
