/** `npm run kills -- --rounds 200`: the same rounds as in the tests, as many as wanted. */
import { parseArgs } from "node:util";
import { crashPoints } from "./crash-points.ts";
import { runKillRounds } from "./rounds.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
const report = await runKillRounds({ rounds: Number(values.rounds), crashPoints, report: console.log });
console.log(
  `${report.rounds} rounds, ${report.installs} installs, ${report.uninstalls} uninstalls, ${report.unanswered} requests unanswered`,
);
for (const line of report.broken.slice(0, 50)) console.error(line);
console.log(report.broken.length === 0 ? "every answer was kept" : `${report.broken.length} promises broken`);
process.exitCode = report.broken.length === 0 ? 0 : 1;
