/**
 * Where a run of the tests keeps the files that its PostgreSQL servers begin with (`postgres-server.ts`); gone with the
 * run. Windows has no `cp`: there each server sets up its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Before all tests; what it returns comes after them. */
export default function keepPostgresFiles(): () => void {
  if (process.platform === "win32") return () => undefined;
  const kept = mkdtempSync(join(tmpdir(), "annex-postgres-files-"));
  process.env["ANNEX_TEST_POSTGRES_FILES"] = kept;
  return () => rmSync(kept, { recursive: true, force: true });
}
