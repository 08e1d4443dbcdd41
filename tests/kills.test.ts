import { expect, test } from "vitest";
import { runCloudKillRounds } from "./kills/cloud-rounds.ts";
import { runReplicas } from "./kills/replicas.ts";
import { runKillRounds } from "./kills/rounds.ts";

test.each([
  ["sqlite", 6],
  ["postgres", 4],
] as const)(
  "an app on %s, killed at any line, under load, keeps every answer it gave",
  {
    timeout: 180_000,
  },
  async (store, rounds) => {
    const report = await runKillRounds({ rounds, store });
    expect(report.broken).toEqual([]);
    expect(report.installs).toBeGreaterThan(100);
    expect(report.uninstalls).toBeGreaterThan(10);
    // Without requests that went down with the process, nothing was tried.
    expect(report.unanswered).toBeGreaterThan(10);
  },
);

test("the local Cloud, killed at random under 24-way load, loses nothing it acknowledged", {
  timeout: 300_000,
}, async () => {
  const report = await runCloudKillRounds({ rounds: 2 });
  expect(report.broken).toEqual([]);
  expect(report.installs).toBeGreaterThan(40);
  expect(report.uninstalls).toBeGreaterThan(10);
  expect(report.calls).toBeGreaterThan(0);
});

test("three replicas that die under load, on a server that is restarted twice, do everything once", {
  timeout: 240_000,
}, async () => {
  const report = await runReplicas({
    replicas: 3,
    seconds: 7,
    eventsPerSecond: 10,
    killEverySeconds: 2,
    schedule: "*/3 * * * * *",
    // How soon is for the command, on a machine that does nothing else.
    answerSeconds: 60,
    takeOverSeconds: 60,
  });
  expect(report.broken).toEqual([]);
  expect(report.installs).toBeGreaterThan(20);
  expect(report.kills).toBeGreaterThan(1);
  expect(report.ticks).toBeGreaterThan(0);
});
