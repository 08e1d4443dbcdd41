import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDestination } from "./destination.ts";

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-destination-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, "app.log");
}

/** A destination whose descriptors are what a test hands out; a text is thrown as an error of that code. */
function destination(descriptors: (number | string)[]) {
  const complaints: string[] = [];
  const opened = openDestination({
    open: () => {
      const next = descriptors.length > 1 ? descriptors.shift() : descriptors[0];
      if (typeof next === "number") return next;
      throw Object.assign(new Error(next), { code: next });
    },
    canPass: (error) => (error as NodeJS.ErrnoException).code === "ENOSPC",
    name: "of the test",
    complain: (text) => complaints.push(text),
    missing: (count) => `${count} missing\n`,
  });
  return { ...opened, complaints };
}

/** A descriptor that takes nothing, as that of a full disk. */
function unwritable(file: string): number {
  writeFileSync(file, "");
  return openSync(file, "r");
}

// ANNEX_LOG on a volume that filled: every connection was accepted and none answered, then the process died.
test("what cannot be written is dropped, said once, and counted when the log takes lines again", async () => {
  const file = temporaryFile();
  const log = destination([unwritable(file), openSync(file, "a")]);
  log.write(`${"long enough to be written at once ".repeat(300)}\n`);
  log.write("lost too\n");
  await vi.waitFor(() => expect(log.complaints).toHaveLength(1));
  log.write("kept\n");
  await log.close();
  expect(readFileSync(file, "utf8")).toBe("2 missing\nkept\n");
  expect(log.complaints).toEqual([
    "The log of the test takes no more lines (EBADF); they are dropped until it does. The app goes on.\n",
  ]);
});

test("no more is kept waiting than fits, and closing waits for nobody who does not read", async () => {
  const log = destination(["ENOSPC"]);
  for (let line = 0; line < 3000; line += 1) log.write("x".repeat(1000));
  await log.close();
  expect(log.complaints).toHaveLength(1);
});

test("lines come in order, whole, and all of them before it is closed", async () => {
  const file = temporaryFile();
  const log = destination([openSync(file, "a")]);
  const lines = Array.from({ length: 5000 }, (_none, index) => `line ${index}\n`);
  for (const line of lines) log.write(line);
  await log.close();
  expect(readFileSync(file, "utf8")).toBe(lines.join(""));
});

test("what comes while a line is written waits for others, and then they are written together", async () => {
  const file = temporaryFile();
  const log = destination([openSync(file, "a")]);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const long = `${"long enough to be written at once ".repeat(300)}\n`;
  log.write(long);
  log.write("one\n");
  const until = async (reached: () => boolean) => {
    while (!reached()) await new Promise((resolve) => setImmediate(resolve));
  };
  await until(() => vi.getTimerCount() === 1);
  log.write("two\n");
  expect(readFileSync(file, "utf8")).toBe(long);
  vi.advanceTimersByTime(1000);
  await until(() => readFileSync(file, "utf8") === `${long}one\ntwo\n`);
});

test("a process that is about to die has its last lines written", () => {
  const file = temporaryFile();
  const log = destination([openSync(file, "a")]);
  log.write("the last\n");
  log.flushNow();
  expect(readFileSync(file, "utf8")).toBe("the last\n");
});

test("what is no want of room is told to who opens it", () => {
  expect(() => destination(["EACCES"])).toThrow("EACCES");
});
