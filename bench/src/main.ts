/**
 * `npm run bench`: what stands on the way of a callback, a launch, a page, a job
 * and a gateway call, measured against hand-written code that does the same
 * durable work, in one run. Only ratios within one run mean anything; the spread
 * over the rounds says how far to trust them.
 */
import { parseArgs } from "node:util";
import { printRows } from "./report.ts";
import { suites } from "./suites.ts";

const usual = Object.keys(suites).filter((name) => suites[name]?.onlyWhenAsked !== true);
const { values } = parseArgs({
  options: {
    only: { type: "string", default: usual.join(",") },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    scale: { type: "string", default: "1" },
  },
});

for (const name of values.only.split(",")) {
  const suite = suites[name];
  if (suite === undefined)
    throw new Error(`There is no suite "${name}"; there are ${Object.keys(suites).join(", ")}.`);
  console.log(`\n${name}: ${suite.title} (${values.rounds} rounds)\n`);
  const { rounds, seconds, scale } = values;
  printRows(await suite.run({ rounds: Number(rounds), seconds: Number(seconds), scale: Number(scale) }));
}
