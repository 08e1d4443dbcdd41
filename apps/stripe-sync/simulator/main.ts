/**
 * The simulator as a process of its own: `node apps/stripe-sync/simulator/main.ts [--port 0] [--seed 1]
 * [--sales 0] [--kept FILE]`, where `--sales` adds as many to the account's usual history, and what is done through the
 * simulator's own doors is kept in the file for the next start.
 * Prints one line that starts with `ready ` and its address, ends with code 0 on SIGINT and SIGTERM. With `--attached`
 * it also ends when its standard input closes, so that it does not outlive a parent that was killed.
 */
import { parseArgs } from "node:util";
import { addSales, createAccount } from "./history.ts";
import { KeptUnreadable, nothingKept, openKept } from "./kept.ts";
import { type Simulator, startSimulator } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "12111" },
    seed: { type: "string", default: "1" },
    sales: { type: "string", default: "0" },
    kept: { type: "string" },
    attached: { type: "boolean", default: false },
  },
});

const seed = wholeNumber("--seed", values.seed, 0xffff_ffff);
const sales = wholeNumber("--sales", values.sales, 1_000_000);
const account = createAccount(seed);
addSales(account, sales);
const simulator = await started();
process.stdout.write(`ready ${simulator.url}\n`);

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  void simulator.close().then(() => process.exit(0));
}

process.once("SIGINT", end);
process.once("SIGTERM", end);
if (values.attached) process.stdin.on("end", end).on("close", end).resume();

async function started(): Promise<Simulator> {
  const port = wholeNumber("--port", values.port, 65_535);
  try {
    const kept = values.kept === undefined ? nothingKept : openKept(values.kept, { seed, sales });
    return await startSimulator({ port, account, kept });
  } catch (error) {
    if (!(error instanceof KeptUnreadable)) throw error;
    process.stderr.write(`The Stripe simulator cannot start: ${error.message}\n`);
    return process.exit(1);
  }
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  process.stderr.write(`${name} wants a whole number from 0 to ${most}, not "${text}".\n`);
  return process.exit(2);
}
