import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeDirectory } from "./directory.ts";

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "annex-directory-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

it("makes a directory with all above it, for its owner alone where told so, and is content with one that is there", () => {
  const path = join(place, "a", "b");
  makeDirectory(path, 0o700);
  makeDirectory(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it.runIf(process.platform === "linux")("says that a place takes none, where Node's own way hangs", () => {
  expect(() => makeDirectory("/proc/annex/books")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
