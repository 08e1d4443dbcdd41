/** The audit log over a clock that was put back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createFeed } from "../feed/index.ts";
import { openAuditDatabase } from "../store/index.ts";
import { createAuditLog } from "./index.ts";

test("calls without a trace are those of the time asked for, also where the clock was put back", async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-audit-"));
  const file = openAuditDatabase(join(directory, "audit-log.db"));
  onTestFinished(async () => {
    await file.close();
    rmSync(directory, { recursive: true });
  });
  let now = "";
  const log = createAuditLog(file, createFeed(), { clock: () => new Date(now) });
  const call = {
    category: "Ledgers",
    installedAppId: "instapp_1",
    method: "GET",
    path: "/data/ledgers",
  } as const;
  for (const time of ["12:00:00", "11:00:00", "11:00:40"]) {
    now = `2026-11-27T${time}.000Z`;
    await log.record({ ...call, status: 200, durationMilliseconds: 1, requestId: `req_${time}` });
  }
  const found = await log.untraced("instapp_1", "2026-11-27T11:00:00.000Z", "2026-11-27T11:00:30.000Z");
  expect(found.map(({ request_id: id }) => id)).toEqual(["req_11:00:00"]);
});
