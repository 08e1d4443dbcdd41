/**
 * A write of a step or a hook whose process is killed: before Cloud did it, after it did it and before the answer, or
 * just as the answer is there. Started again on the same database, Cloud has done it once. Cloud is a small model
 * that keeps what it did, and refuses a reference it has, as Core does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { storeKinds } from "./stores.ts";

const childFile = fileURLToPath(new URL("effects-kill-child.ts", import.meta.url));
/** Two processes are started, on a machine that may be busy with others; milliseconds. */
const timeLimit = 120_000;
const moments = ["before", "after", "in between"] as const;
type Moment = (typeof moments)[number];
type Row = Readonly<Record<string, unknown>>;

const children = new Set<ChildProcess>();
// A test that failed leaves nobody behind.
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

const created_at = new Date(1_764_000_000_000).toISOString();
const transaction = (fields: Row): Row => ({
  precise_amount: 500,
  amount: 5,
  precision: 100,
  currency: "USD",
  description: "Payout po_1",
  source: "bln_from",
  destination: "bln_to",
  parent_transaction: "",
  status: "APPLIED",
  created_at,
  ...fields,
});
const hold = transaction({
  transaction_id: "txn_hold",
  reference: "hold",
  status: "INFLIGHT",
  precise_amount: 1000,
});

/** A model of Cloud; the first write to it meets the kill. */
async function startCloud(moment: Moment, kill: () => void) {
  const transactions: Row[] = [hold];
  const alerts: Row[] = [];
  let killed = false;

  function search(filters: readonly { field: string; values: readonly unknown[] }[]): Row {
    const data = transactions.filter((row) =>
      filters.every(({ field, values }) => values.includes(row[field])),
    );
    return { data, total: data.length };
  }
  function carryOut(path: string, body: Row): readonly [number, Row] {
    if (path.startsWith("/alerts/flag/")) {
      const alert = {
        ...body,
        anomaly_id: `ano_${alerts.length}`,
        created_at,
        affected_balances: ["bln_to"],
      };
      alerts.push(alert);
      return [200, alert];
    }
    if (transactions.some(({ reference }) => reference === body["reference"])) {
      const error_detail = {
        code: "TXN_DUPLICATE_REFERENCE",
        message: "the reference has already been used",
      };
      return [409, { error_detail }];
    }
    const id = `txn_${transactions.length}`;
    const row = path.includes("/inflight/")
      ? transaction({ transaction_id: id, reference: `ref_${id}`, parent_transaction: "txn_hold" })
      : transaction({ transaction_id: id, ...body });
    transactions.push(row);
    return [200, row];
  }

  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { pathname } = new URL(request.url ?? "", "http://cloud");
    const body = text === "" ? {} : JSON.parse(text);
    const answer = (status: number, value: Row) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.method === "GET") return answer(200, { data: alerts, total: alerts.length });
    if (pathname.endsWith("/filter")) return answer(200, search(body.filters));
    const dies = !killed;
    killed = true;
    if (dies && moment === "before") return kill();
    const [status, value] = carryOut(pathname, body);
    if (dies && moment === "after") return kill();
    answer(status, value);
    if (dies) kill();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How often a write was done. */
    count: () => transactions.length - 1 + alerts.length,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.each(storeKinds)("on $kind", (kind) => {
  for (const place of ["step", "hook"]) {
    for (const write of ["a transaction", "a partial commit", "an alert"]) {
      test.each(moments)(
        `${write} of a ${place}, killed %s, is done once`,
        async (moment) => {
          const database = await kind.createWhole();
          let current: ChildProcess | undefined;
          const cloud = await startCloud(moment, () => current?.kill("SIGKILL"));
          const run = async () => {
            current = spawn(process.execPath, [childFile, database.name, cloud.url, write, place], {
              stdio: ["ignore", "pipe", "inherit"],
            });
            children.add(current);
            let output = "";
            current.stdout?.on("data", (chunk) => {
              output += String(chunk);
            });
            await once(current, "close");
            return output;
          };
          try {
            const first = await run();
            // The answer can be there before the kill is.
            if (moment !== "in between") expect(first).toBe("");
            if (first === "") expect(await run()).toBe("done");
            expect(cloud.count()).toBe(1);
          } finally {
            cloud.close();
            await database.remove();
          }
        },
        timeLimit,
      );
    }
  }
});
