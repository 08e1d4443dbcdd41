/** The ledger behind an instance, for a test to prepare and to look into: Core's own API, below the Cloud. */
import { parseExactJson, stringifyExactJson } from "@annex/protocol";
import type { Sandbox } from "@annex/sandbox";

/** The books behind an instance: Core's own API, below the Cloud and its permissions. Amounts are in minor units, large ones bigint. */
export type Books = {
  /** An answer of Core's; an integer beyond what a double holds is a bigint. @throws Error with Core's answer when it is no 2xx. */
  get<Body = Record<string, unknown>>(path: string): Promise<Body>;
  post<Body = Record<string, unknown>>(path: string, body: unknown): Promise<Body>;
  /** Every balance, in the order they were made. */
  balances(): Promise<readonly Record<string, unknown>[]>;
  /** Every transaction, newest first. */
  transactions(): Promise<readonly Record<string, unknown>[]>;
};

/** More than a test makes. */
const everything = 1000;

export function openBooks(sandbox: Sandbox, instanceId: string): Books {
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await sandbox.askCore(instanceId, {
      method,
      path,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: Buffer.from(stringifyExactJson(body), "utf8") }),
    });
    const text = Buffer.from(answer.body).toString("utf8");
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return parseExactJson(text) as Body;
  };
  return {
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body),
    balances: async () => await ask("GET", `/balances?limit=${everything}`),
    transactions: async () => await ask("GET", `/transactions?limit=${everything}`),
  };
}
