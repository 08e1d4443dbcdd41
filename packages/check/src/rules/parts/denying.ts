/** Taking a member's right away, by the command that --deny-command names. */
import { exec } from "node:child_process";
import { promisify } from "node:util";
import { NotTested } from "../../evidence/index.ts";
import { pause, type Tenant, type World } from "../../world/index.ts";

const run = promisify(exec);
const longest = 20_000;

/** @throws NotTested where nobody said how. */
export function needsDenyCommand({ options }: World): void {
  if (options.denyCommand === undefined)
    throw new NotTested(
      "Nobody said how a member's right is taken away.",
      "Give --deny-command, with {user} in place of the member's id.",
    );
}

/** Refuses a tenant's member from now on. */
export async function deny({ options }: World, { userId }: Tenant): Promise<void> {
  try {
    await run((options.denyCommand ?? "").replaceAll("{user}", userId), { timeout: longest });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new NotTested(`The command of --deny-command failed (${why}).`, "Run it alone to see why.");
  }
  await pause(500);
}
