/** What a launch tells of an installation that the app must not have stored. */
import { NotTested } from "../../evidence/index.ts";
import { isLaunched, launchAnswer, type Tenant, type World } from "../../world/index.ts";

/** Whether the app launches an installation that nobody has told it of; a launch then shows nothing of what is stored. */
export function launchesStrangers(world: World): Promise<boolean> {
  return world.once("strangers launched", async () =>
    isLaunched(await launchAnswer(world, world.tenant({ toldWrongly: true }))),
  );
}

/** Whether the app has stored what it must not have taken, shown by its launch. @throws NotTested where a launch shows nothing. */
export async function isStored(world: World, tenant: Tenant): Promise<boolean> {
  if (!isLaunched(await launchAnswer(world, tenant))) return false;
  if (!(await launchesStrangers(world))) return true;
  throw new NotTested(
    "The app launches installations that it has never heard of, so that a launch does not show what it has stored.",
    "Mend first what the rule portal-foreign-ids finds.",
  );
}
