import { expect, test } from "vitest";
import { CheckError, EndedError, type World } from "../../world/index.ts";
import { killAndStart } from "./killing.ts";

/** An app whose next starts end like this. */
function dying(...starts: readonly (Error | undefined)[]): World {
  const left = [...starts];
  const start = async () => {
    const next = left.shift();
    if (next !== undefined) throw next;
  };
  return { process: { kill: async () => undefined, start } } as unknown as World;
}

const ended = new EndedError("The command that starts the app ended with code 1.\nThe folder is locked", "");
const slow = new CheckError("It did not answer within 60 s.", "");

test("an app that ends whenever it is started again after a crash fails, whatever else is broken", async () => {
  const verdict = {
    verdict: "fail",
    standsOn: [],
    evidence: expect.stringContaining("code 1. The folder is locked."),
  };
  await expect(killAndStart(dying(ended, ended))).rejects.toMatchObject({ verdict });
});

test("one that comes at the second start has come", async () => {
  await expect(killAndStart(dying(ended, undefined))).resolves.toBeUndefined();
});

test("one that only takes long is not accused", async () => {
  await expect(killAndStart(dying(slow))).rejects.toBe(slow);
});
