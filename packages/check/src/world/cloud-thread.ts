/**
 * The local Cloud on a thread of its own: its ledgers are at work for seconds on end when they start, and
 * the time an app takes to answer is measured on the main thread meanwhile.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type OrganizationSeed, startSandbox } from "@annex/sandbox";

/** What the thread is started with. */
export type CloudPlan = { readonly dataDirectory: string; readonly seed: readonly OrganizationSeed[] };

/** What it says: where the Cloud is, or why there is none. */
export type CloudNews = { readonly url: string; readonly adminToken: string } | { readonly failed: string };

const { dataDirectory, seed } = workerData as CloudPlan;
const say = (news: CloudNews) => parentPort?.postMessage(news);

try {
  const sandbox = await startSandbox({ port: 0, dataDirectory, seed, ledgers: "in-memory" });
  say({ url: sandbox.url, adminToken: sandbox.adminToken });
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
}
