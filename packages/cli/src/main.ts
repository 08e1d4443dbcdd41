#!/usr/bin/env node
/**
 * The `annex` command: starts the local Cloud, a ledger or a workspace of apps,
 * and does from a shell what a person does in the dashboard. It holds no rules of
 * its own: every command hands over to a room, or asks a running Cloud by its
 * admin API. Names of commands and options are fixed by the doors.
 */
import { Command } from "commander";
import { addCloudCommand } from "./commands/cloud.ts";
import { addCodeCommand } from "./commands/code.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addLedgerCommand } from "./commands/ledger.ts";
import { addRemoteCommands } from "./commands/remote.ts";
import { explainAndExit } from "./explain.ts";

const program = new Command("annex")
  .description("Build, run and prove Custom Apps for Blnk Cloud.")
  .showHelpAfterError();

addDevCommand(program);
addCloudCommand(program);
addLedgerCommand(program);
addRemoteCommands(program);
addCodeCommand(program);

await program.parseAsync().catch(explainAndExit);
