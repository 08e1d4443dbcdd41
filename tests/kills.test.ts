import { expect, test } from "vitest";
import { crashPoints } from "./kills/crash-points.ts";
import { runKillRounds } from "./kills/rounds.ts";

test("an app killed at any line, under load, keeps every answer it gave", { timeout: 120_000 }, async () => {
  const report = await runKillRounds({ rounds: 10, crashPoints });
  expect(report.broken).toEqual([]);
  expect(report.installs).toBeGreaterThan(100);
  expect(report.uninstalls).toBeGreaterThan(10);
  // Without requests that went down with the process, nothing was tried.
  expect(report.unanswered).toBeGreaterThan(10);
});
