/** `npm run kills -- --rounds 200 --store postgres`: the same rounds as in the tests, as many as wanted. */
import { parseArgs } from "node:util";
import { crashPoints } from "./crash-points.ts";
import { runKillRounds } from "./rounds.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "10" }, store: { type: "string", default: "sqlite" } },
});
if (values.store !== "sqlite" && values.store !== "postgres") {
  console.error(`--store is sqlite or postgres, not "${values.store}".`);
  process.exit(2);
}
const { store } = values;
const report = await runKillRounds({
  rounds: Number(values.rounds),
  store,
  crashPoints,
  report: console.log,
});
console.log(
  `${report.rounds} rounds, ${report.installs} installs, ${report.uninstalls} uninstalls, ${report.unanswered} requests unanswered`,
);
for (const line of report.broken.slice(0, 50)) console.error(line);
console.log(report.broken.length === 0 ? "every answer was kept" : `${report.broken.length} promises broken`);
process.exitCode = report.broken.length === 0 ? 0 : 1;
