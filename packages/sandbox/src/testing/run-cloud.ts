/** A local Cloud as a process of its own, to be killed: `node run-cloud.ts DIR`. */
import { startSandbox } from "../index.ts";
import { withoutLedger } from "./test-cloud.ts";

const [, , dataDirectory = ""] = process.argv;
const cloud = await startSandbox({ port: 0, dataDirectory, ...withoutLedger });
process.once("SIGTERM", () => void cloud.close());
process.stdout.write(`ready ${cloud.url}\n`);
