import { expect, test } from "vitest";
import { crashPoints } from "./kills/crash-points.ts";
import { runKillRounds } from "./kills/rounds.ts";

test.each([
  ["sqlite", 10],
  ["postgres", 4],
] as const)(
  "an app on %s, killed at any line, under load, keeps every answer it gave",
  {
    timeout: 180_000,
  },
  async (store, rounds) => {
    const report = await runKillRounds({ rounds, store, crashPoints });
    expect(report.broken).toEqual([]);
    expect(report.installs).toBeGreaterThan(100);
    expect(report.uninstalls).toBeGreaterThan(10);
    // Without requests that went down with the process, nothing was tried.
    expect(report.unanswered).toBeGreaterThan(10);
  },
);
