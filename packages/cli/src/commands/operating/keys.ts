import type { KeysStatus, Operating } from "@annex/app/operating";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { type OperatingOptions, type OperatingTools, operating, say, withDatabase } from "./database.ts";

export function addKeysCommands(program: Command): void {
  const keys = program.command("keys").description("the key ring that seals an app's API keys and secrets");
  operating(keys, "status", "which ring key seals how much").action((options: OperatingOptions) =>
    withDatabase(options, async (database, tools) => {
      const status = await database.keysStatus();
      say(options, status, inWords(status, tools));
      if (status.missing.length > 0) process.exitCode = 1;
    }),
  );
  operating(keys, "rotate", "seal everything anew under the key that seals, beside running replicas")
    .option("--app <module>", "the module that exports the app, where its keyService wraps the keys")
    .action((options: OperatingOptions) =>
      withDatabase(options, (database, tools) => rotate(database, tools, options)),
    );
}

async function rotate(database: Operating, tools: OperatingTools, options: OperatingOptions): Promise<void> {
  const { resealed, status } = await database.rotateKeys().catch((error: unknown) => {
    throw inWordsOfTheCommand(error, tools);
  });
  say(options, { resealed, ...status }, `Sealed anew: ${resealed}.\n${inWords(status, tools)}`);
  if (status.missing.length > 0) process.exitCode = 1;
}

function inWordsOfTheCommand(error: unknown, tools: OperatingTools): unknown {
  if (error instanceof tools.KeyServiceNeeded)
    return new CommandError(error.message, "Name the module that exports the app: --app src/app.ts.");
  if (!(error instanceof tools.KeyServiceUnavailable)) return error;
  const { cause } = error;
  const why = cause instanceof Error ? ` It said: ${cause.message}` : "";
  return new CommandError(
    `${error.whatHappened}${why}`,
    "Mend that, and run it again; it goes on where it stopped.",
    {
      cause,
    },
  );
}

function inWords(status: KeysStatus, { isRotated }: OperatingTools): string {
  const { sealing, sealedBy, missing } = status;
  const lines = sealedBy.map(({ ringKeyId, apiKeys, secrets }) => {
    const note = missing.includes(ringKeyId)
      ? "  not in ANNEX_KEY_RING"
      : ringKeyId === sealing
        ? "  seals"
        : "";
    return `${ringKeyId.padEnd(20)} ${String(apiKeys).padStart(9)} API keys ${String(secrets).padStart(9)} secrets${note}`;
  });
  if (sealing === undefined) return "Nothing is sealed yet.";
  const last = isRotated(status)
    ? `Everything is under ${sealing}; other keys of ANNEX_KEY_RING can leave it.`
    : `Run "annex keys rotate" to bring everything under ${sealing}.`;
  return [...lines, missing.length > 0 ? "Put the missing keys back into ANNEX_KEY_RING." : last].join("\n");
}
