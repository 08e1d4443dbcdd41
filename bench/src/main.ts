/**
 * `npm run bench`: what stands on the way of a callback, a launch, a page, a job
 * and a gateway call, measured against hand-written code that does the same
 * durable work, in one run. Only ratios within one run mean anything; the spread
 * over the rounds says how far to trust them.
 */
import { parseArgs } from "node:util";
import { printRows } from "./report.ts";
import { suites } from "./suites.ts";

const names = Object.keys(suites);
const usual = names.filter((name) => suites[name]?.onlyWhenAsked !== true);
const { only, rounds, seconds, scale } = readOptions();
for (const name of only) {
  const suite = suites[name];
  if (suite === undefined) refuse(`There is no suite "${name}".`);
  console.log(`\n${name}: ${suite.title} (${rounds} rounds)\n`);
  printRows(await suite.run({ rounds, seconds, scale }));
}

function readOptions() {
  const { only, ...numbers } = parsed();
  const above = (name: keyof typeof numbers): number => {
    const value = Number(numbers[name]);
    return value > 0 ? value : refuse(`--${name} is ${numbers[name]}; it is a number above 0.`);
  };
  const [rounds, seconds, scale] = [above("rounds"), above("seconds"), above("scale")];
  return { only: only.split(","), rounds: Math.ceil(rounds), seconds, scale };
}

function parsed() {
  try {
    return parseArgs({
      options: {
        only: { type: "string", default: usual.join(",") },
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "1" },
        scale: { type: "string", default: "1" },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Says what is wrong and what there is, and ends. */
function refuse(what: string): never {
  console.error(
    `${what}\nnpm run bench -- [--only SUITE,…] [--rounds 5] [--seconds 1] [--scale 1]; suites: ${names.join(", ")}.`,
  );
  process.exit(2);
}
