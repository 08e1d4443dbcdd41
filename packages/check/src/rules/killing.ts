/** Killing the app without warning and starting it again, for the rules about the worst moment. */
import { NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";

/**
 * SIGKILL and a new start.
 *
 * @param meanwhile done while no process of the app is there to notice.
 * @throws NotTested where the process is not the checker's.
 */
export async function killAndStart(world: World, meanwhile: () => void = () => undefined): Promise<void> {
  const { process } = world;
  if (process === undefined) throw new NotTested("The checker may not kill the app.", "Give --start.");
  await process.kill();
  meanwhile();
  await process.start();
}
