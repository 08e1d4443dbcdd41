import type { KeysStatus } from "@annex/app/operating";
import type { Command } from "commander";
import { type OperatingOptions, operating, say, withDatabase } from "./database.ts";

export function addKeysCommands(program: Command): void {
  const keys = program.command("keys").description("the key ring that seals an app's API keys and secrets");
  operating(keys, "status", "which ring key seals how much").action((options: OperatingOptions) =>
    withDatabase(options, async (database) => {
      const status = await database.keysStatus();
      say(options, status, inWords(status));
      if (status.missing.length > 0) process.exitCode = 1;
    }),
  );
  operating(keys, "rotate", "seal everything anew under the first ring key, beside running replicas").action(
    (options: OperatingOptions) =>
      withDatabase(options, async (database) => {
        const { resealed, status } = await database.rotateKeys();
        say(options, { resealed, ...status }, `Sealed anew: ${resealed}.\n${inWords(status)}`);
        if (status.missing.length > 0) process.exitCode = 1;
      }),
  );
}

function inWords({ sealing, sealedBy, missing }: KeysStatus): string {
  const lines = sealedBy.map(({ ringKeyId, apiKeys, secrets }) => {
    const note = missing.includes(ringKeyId)
      ? "  not in ANNEX_KEY_RING"
      : ringKeyId === sealing
        ? "  seals"
        : "";
    return `${ringKeyId.padEnd(20)} ${String(apiKeys).padStart(9)} API keys ${String(secrets).padStart(9)} secrets${note}`;
  });
  const [first] = sealedBy;
  const isDone = sealedBy.length === 0 || (sealedBy.length === 1 && first?.ringKeyId === sealing);
  const last = isDone
    ? `Everything is under ${sealing}; the other keys can leave the ring.`
    : `Run "annex keys rotate" to bring everything under ${sealing}.`;
  return [...lines, missing.length > 0 ? "Put the missing keys back into ANNEX_KEY_RING." : last].join("\n");
}
