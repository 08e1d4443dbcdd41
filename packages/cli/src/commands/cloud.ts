/** `annex cloud`: the local Cloud alone, no app. */
import type { Command } from "commander";
import { goOnUnread } from "../unread.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCloudOptions, type CloudOptions, sandboxOptions } from "./cloud-options.ts";
import { addStateCommands } from "./cloud-state.ts";

export function addCloudCommand(program: Command): void {
  const command = program.command("cloud").description("start the local Cloud alone, no app");
  addCloudOptions(command).action(runCloud);
  addStateCommands(command);
}

async function runCloud(options: CloudOptions): Promise<void> {
  goOnUnread();
  const { startSandbox } = await import("@annex/sandbox");
  const sandbox = await startSandbox(sandboxOptions(options));
  await untilStopped({
    announce: () => console.log(`ready ${sandbox.url}`),
    close: () => sandbox.close(),
  });
}
