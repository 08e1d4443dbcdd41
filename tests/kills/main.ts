/**
 * `npm run kills -- --rounds 200 --store postgres`: the same rounds as in the tests, as many as wanted; with `--cloud`
 * it is the local Cloud that is killed.
 */
import { parseArgs } from "node:util";
import { runCloudKillRounds } from "./cloud-rounds.ts";
import { crashPoints } from "./crash-points.ts";
import { runKillRounds } from "./rounds.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    store: { type: "string", default: "sqlite" },
    cloud: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const broken = values.cloud ? await killCloud() : await killApp();
for (const line of broken.slice(0, 50)) console.error(line);
console.log(broken.length === 0 ? "every answer was kept" : `${broken.length} promises broken`);
process.exitCode = broken.length === 0 ? 0 : 1;

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
  const report = await runKillRounds({ rounds, store, crashPoints, report: console.log });
  console.log(
    `${report.rounds} rounds, ${report.installs} installs, ${report.uninstalls} uninstalls, ${report.unanswered} requests unanswered`,
  );
  return report.broken;
}
