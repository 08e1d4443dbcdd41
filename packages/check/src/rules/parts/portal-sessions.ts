/** The sessions of opened pages, for the rules that look where they must not stand. */
import { NotTested } from "../../evidence/index.ts";
import type { World } from "../../world/index.ts";
import { seePortal } from "./portal-seen.ts";

/** None where no page may be opened, or none opens: other rules say so. */
export async function sessionsSeen(world: World): Promise<readonly string[]> {
  if (world.options.fast === true) return [];
  try {
    return (await seePortal(world)).sessions;
  } catch (error) {
    if (error instanceof NotTested) return [];
    throw error;
  }
}
