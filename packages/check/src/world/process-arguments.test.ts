import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { commandLinesOf } from "./process-arguments.ts";

test.runIf(process.platform === "linux")(
  "a process tells what it was started with, until it has ended",
  async () => {
    const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => 0, 1000)", "a word"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    const id = child.pid ?? 0;
    expect(commandLinesOf([id])).toEqual([expect.stringContaining("a word")]);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(commandLinesOf([id])).toEqual([]);
  },
);
