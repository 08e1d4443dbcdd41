/** A ledger in a process of its own, to be killed: `node kill-child.ts DATABASE`, as JSON. Prints its address. */
import { type LedgerDatabase, openLedger } from "../src/index.ts";

const [database = ""] = process.argv.slice(2);
const ledger = await openLedger({ database: JSON.parse(database) as LedgerDatabase });
const { url } = await ledger.listen({ port: 0 });
process.stdout.write(`ready ${url}\n`);
