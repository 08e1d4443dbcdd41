/** The simulator over HTTP, on this machine's loopback address only. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Account } from "./account.ts";
import { control } from "./control.ts";
import { expand, expandPaths } from "./expand.ts";
import { type Fault, faultQueue } from "./faults.ts";
import { createAccount } from "./history.ts";
import { type Kept, type KeptCall, KeptUnwritable, nothingKept } from "./kept.ts";
import { createKeys, type Keys } from "./keys.ts";
import { pageOf } from "./lists.ts";
import { noAccess, noSuch, Refusal, rateLimited, readOnly, serverError, unknownUrl } from "./refusals.ts";
import { accountOf, balanceOf, findIn, resources } from "./resources.ts";
import { type CurrencyTotals, totalsOf } from "./totals.ts";
import type { World } from "./world.ts";

const largestBody = 64 * 1024;
const created = 201;

export type Simulator = {
  readonly url: string;
  readonly account: Account;
  /** Which key may do what; `sk_test_…` may everything. */
  readonly keys: Keys;
  totals(): readonly CurrencyTotals[];
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Ends it like a crash would: open connections are cut. */
  close(): Promise<void>;
};

/**
 * Starts a simulator inside this process.
 *
 * @param options `port` 0 takes a free one; `seed` names the account.
 * @example
 * ```ts
 * const simulator = await startSimulator({ port: 0 });
 * simulator.addFault({ kind: "429", count: 2, retryAfterSeconds: 1 });
 * ```
 */
export async function startSimulator(options: {
  readonly port: number;
  readonly seed?: number;
  /** Another account than the one of the seed. */
  readonly account?: Account;
  /** What is done through its own doors outlasts it. */
  readonly kept?: Kept;
}): Promise<Simulator> {
  const account = options.account ?? createAccount(options.seed);
  const world: World = { account, faults: faultQueue(), keys: createKeys(account.id) };
  const { kept = nothingKept } = options;
  try {
    kept.replay(({ method, path, body }) => control(world, method, path, body).status === created);
  } catch (error) {
    kept.close();
    throw error;
  }
  const server = createServer((request, response) => {
    void respond(world, kept, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    account,
    keys: world.keys,
    totals: () => totalsOf(account),
    addFault: (fault) => world.faults.add(fault),
    clearFaults: () => world.faults.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          kept.close();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** It is no JSON. */
  readonly isText?: boolean;
};

async function respond(
  world: World,
  kept: Kept,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = world.account.requestId();
  try {
    const answer = await answerTo(world, kept, request);
    if (answer === "cut") request.socket.destroy();
    else send(response, requestId, request, answer);
  } catch (problem) {
    const refusal = problem instanceof Refusal ? problem : serverError();
    send(response, requestId, request, refusal);
  }
}

async function answerTo(world: World, kept: Kept, request: IncomingMessage): Promise<Answer | "cut"> {
  const method = request.method ?? "GET";
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://simulator");
  // A browser page of another origin must not steer it; programs send no such header.
  if (request.headers.origin !== undefined) return { status: 403, body: { error: "Not for browsers." } };
  const body = await readBody(request);
  if (pathname.startsWith("/simulator/")) return steered(world, kept, { method, path: pathname, body });
  const fault = world.faults.next();
  if (fault?.kind === "unreachable") return "cut";
  if (fault?.kind === "garbled") return { status: 502, body: "<html>Bad gateway</html>", isText: true };
  if (fault?.kind === "empty") return { status: 200, body: {} };
  if (fault !== undefined) await suffer(fault);
  const wanted = request.headers["stripe-account"];
  if (wanted !== undefined && wanted !== world.account.id) throw noAccess(String(wanted));
  world.keys.check(request.headers.authorization, {
    path: pathname,
    expanded: expandPaths(searchParams),
    connect: wanted !== undefined,
  });
  return { status: 200, body: serve(world.account, method, pathname, searchParams) };
}

function steered(world: World, kept: Kept, call: KeptCall): Answer {
  try {
    // Kept first: what is done and not kept would be gone after a restart, and in the ledger still.
    return control(world, call.method, call.path, call.body, () => kept.note(call));
  } catch (error) {
    if (!(error instanceof KeptUnwritable)) throw error;
    return { status: 507, body: { error: error.message, code: "not_kept" } };
  }
}

async function suffer(fault: Fault): Promise<void> {
  if (fault.kind === "429") throw rateLimited(fault.retryAfterSeconds ?? 1);
  if (fault.kind === "500") throw serverError();
  await wait(fault.delayMilliseconds ?? 3_000);
}

function serve(account: Account, method: string, path: string, query: URLSearchParams): unknown {
  const [version, collection, id, ...rest] = path.slice(1).split("/");
  const resource = resources.find((candidate) => candidate.path === collection);
  const single = path === "/v1/balance" || path === "/v1/account";
  const known = version === "v1" && rest.length === 0 && (resource !== undefined || single);
  if (!known) throw unknownUrl(method, path);
  if (method !== "GET") throw readOnly(method, path);
  if (resource === undefined) return path === "/v1/balance" ? balanceOf(account) : accountOf(account);
  if (id === undefined) return expand(account, pageOf(resource, account, query), expandPaths(query));
  const found = findIn(resource.objects(account), decodeURIComponent(id));
  if (found === undefined) throw noSuch(resource.name, decodeURIComponent(id));
  return expand(account, found, expandPaths(query));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refusal(413, { message: "Request body too large." });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, requestId: string, request: IncomingMessage, answer: Answer): void {
  const version = request.headers["stripe-version"];
  response.writeHead(answer.status, {
    "Content-Type": answer.isText === true ? "text/html" : "application/json",
    "Request-Id": requestId,
    ...(typeof version === "string" ? { "Stripe-Version": version } : {}),
    ...answer.headers,
  });
  response.end(answer.isText === true ? answer.body : JSON.stringify(answer.body, null, 2));
}
