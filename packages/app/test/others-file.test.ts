import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { refuseOthersFile } from "../src/environment/others-file.ts";

// Whoever runs the tests may be somebody who may read every file.
vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  openSync: () => {
    throw Object.assign(new Error("EACCES: permission denied, open"), { code: "EACCES", syscall: "open" });
  },
}));

test("a file that may not be read is said to be the file, and not its folder", () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const databaseFile = join(directory, "app.db");
  writeFileSync(databaseFile, "kept from others");
  expect(() => refuseOthersFile({ databaseFile, databaseUrl: undefined })).toThrow(
    expect.objectContaining({
      variable: "ANNEX_DATABASE",
      happened: "the database is a file that this user may not read",
    }),
  );
});
