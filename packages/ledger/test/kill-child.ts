/** A ledger in a process of its own, to be killed: `node kill-child.ts DIRECTORY`. Prints its address. */
import { openLedger } from "../src/index.ts";

const [directory = ""] = process.argv.slice(2);
const ledger = await openLedger({ database: { kind: "embedded", directory } });
const { url } = await ledger.listen({ port: 0 });
process.stdout.write(`ready ${url}\n`);
