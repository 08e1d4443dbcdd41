/**
 * Commands against a running local Cloud: what a person does in the dashboard, from a
 * shell or a pipeline, each through the admin API. One file a subject; `command.ts` is
 * what they have in common, `print.ts` how an answer looks. Specified by the doors.
 */
import type { Command } from "commander";
import { addAppCommands } from "./apps.ts";
import { addDeliveryCommand } from "./deliveries.ts";
import { addFaultCommands } from "./faults.ts";
import { addInstallationCommands } from "./installations.ts";
import { addLogCommand } from "./logs.ts";
import { addSettingsCommands } from "./settings.ts";

export function addRemoteCommands(program: Command): void {
  addInstallationCommands(program);
  addAppCommands(program);
  addDeliveryCommand(program);
  addFaultCommands(program);
  addSettingsCommands(program);
  addLogCommand(program);
}
