/** What the app wrote down while events, launches, pages and refusals went on. */
import { existsSync, readFileSync } from "node:fs";
import {
  deliver,
  enter,
  installBody,
  installed,
  launch,
  pause,
  requestPortal,
  type Tenant,
  uninstall,
  type World,
} from "../world/index.ts";

export type LogSeen = { readonly tenant: Tenant; readonly url: string; readonly text: string };

/** Gives the app every occasion to log what it must not, then reads its output and its log files. */
export function seeLogs(world: World): Promise<LogSeen> {
  return world.once("logs", async () => {
    const tenant = await installed(world);
    const url = await launch(world, tenant);
    await enter(url);
    await enter(url);
    const broken = world.tenant();
    await deliver(world.options.callback, { ...installBody(broken), granted_permissions: ["data:nothing"] });
    await deliver(world.options.callback, { ...installBody(tenant), instance_id: "inst_changed" });
    await deliver(world.options.callback, JSON.stringify(installBody(broken)).slice(0, -20));
    await requestPortal(world.options.portal, "{");
    await uninstall(world, tenant);
    await pause(1000);
    return { tenant, url, text: logText(world) };
  });
}

/** All that is known of the app's log. */
export function logText({ options, process }: World): string {
  const files = (options.logs ?? [])
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "latin1"));
  return [process?.output() ?? "", ...files].join("\n");
}
