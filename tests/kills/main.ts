/**
 * `npm run kills -- --rounds 200 --store postgres`: the same rounds as in the tests, as many as wanted; with `--cloud`
 * it is the local Cloud that is killed. `npm run kills -- --replicas 3 --seconds 120`: several replicas on one
 * PostgreSQL server that is restarted too.
 */
import { parseArgs } from "node:util";
import { runCloudKillRounds } from "./cloud-rounds.ts";
import { type Broken, type PromiseKind, summaryOf } from "./promises.ts";
import { replicaPromises, runReplicas } from "./replicas.ts";
import { roundPromises, runKillRounds } from "./rounds.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    store: { type: "string", default: "sqlite" },
    cloud: { type: "boolean", default: false },
    replicas: { type: "string" },
    seconds: { type: "string", default: "120" },
  },
});
const rounds = Number(values.rounds);
const broken = await kill();
for (const line of broken.slice(0, 50)) console.error(line);
console.log(broken.length === 0 ? "every answer was kept" : `${broken.length} promises broken`);
process.exitCode = broken.length === 0 ? 0 : 1;

function kill(): Promise<readonly string[]> {
  if (values.cloud) return killCloud();
  return values.replicas === undefined ? killApp() : killReplicas(Number(values.replicas));
}

async function killCloud(): Promise<readonly string[]> {
  const report = await runCloudKillRounds({ rounds, report: console.log });
  console.log(
    `${report.rounds} rounds, ${report.installs} installs, ${report.uninstalls} uninstalls, ${report.deliveries} deliveries`,
  );
  return report.broken;
}

async function killApp(): Promise<readonly string[]> {
  const { store } = values;
  if (store !== "sqlite" && store !== "postgres") {
    console.error(`--store is sqlite or postgres, not "${store}".`);
    process.exit(2);
  }
  const report = await runKillRounds({ rounds, store, report: console.log });
  console.log(
    `${report.rounds} rounds, ${report.installs} installs, ${report.uninstalls} uninstalls, ${report.unanswered} requests unanswered`,
  );
  return told(report.broken, roundPromises);
}

async function killReplicas(replicas: number): Promise<readonly string[]> {
  const report = await runReplicas({
    replicas,
    seconds: Number(values.seconds),
    eventsPerSecond: 20,
    killEverySeconds: 3,
    schedule: "*/10 * * * * *",
    report: console.log,
  });
  const { installs, uninstalls, kills, ticks, orphans, slowestAnswer, slowestTakeOver } = report;
  console.log(
    `${installs} installs and ${uninstalls} uninstalls, each sent five times; ${kills} replicas died, ${ticks} ticks; ` +
      `slowest answer ${Math.round(slowestAnswer)} ms; ${orphans} runs of the dead, the slowest taken up after ${Math.round(slowestTakeOver)} ms`,
  );
  return told(report.broken, replicaPromises);
}

function told(found: readonly Broken[], looked: readonly PromiseKind[]): readonly string[] {
  console.log(summaryOf(found, looked));
  return found.map(({ what }) => what);
}
