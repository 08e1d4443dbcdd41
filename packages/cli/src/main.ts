/**
 * The `annex` command: writes apps, starts the local Cloud, a ledger or a workspace of
 * apps, and does from a shell what a person does in the dashboard. It holds no rules of
 * its own: every command hands over to a room, or asks a running Cloud by its
 * admin API. Names of commands and options are fixed by the doors. Started by
 * `bin/annex.mjs`, which sees to a Node that is new enough.
 */
import { createProgram } from "./program.ts";
import { watchOutput } from "./unread.ts";

watchOutput();

await createProgram()
  .parseAsync()
  .catch(async (error: unknown) => {
    const { explainAndExit } = await import("./failures/exit.ts");
    explainAndExit(error);
  });
