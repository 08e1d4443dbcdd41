/** What the tests of the whole sync share: Cloud's admin API, the app's portal, and the books behind both. */
import { type Balance, type CloudClient, createClient, type Transaction } from "@annex/client";
import { Secret } from "@annex/protocol";
import { expect } from "vitest";
import type { CurrencyTotals } from "../simulator/index.ts";
import { feeRoles } from "../src/mapping/accounts.ts";
import {
  findingListSchema,
  type KeptFindingJson,
  type ObjectJson,
  objectListSchema,
  type RunDetailJson,
  type RunJson,
  runDetailSchema,
  runListSchema,
  startedRunSchema,
} from "../src/portal-types.ts";

/** A run as its start names it. */
type StartedRun = Pick<RunJson, "run_id">;

const deadline = 90_000;
const pollEvery = 40;

export const callbackSecret = "0123456789abcdefghijklmnopqrstuv";

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export async function call(
  method: string,
  url: string,
  token: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** The page of one installation, without a browser. */
export class Portal {
  readonly installation: string;
  readonly instance: string;
  readonly #url: string;
  readonly #session: string;

  constructor(installation: string, instance: string, url: string, session: string) {
    this.installation = installation;
    this.instance = instance;
    this.#url = url;
    this.#session = session;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return call("GET", `${this.#url}/portal/api${path}`, this.#session, undefined, headers);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return call("POST", `${this.#url}/portal/api${path}`, this.#session, body);
  }

  put(path: string, body: object): Promise<Answer> {
    return call("PUT", `${this.#url}/portal/api${path}`, this.#session, body);
  }

  delete(path: string): Promise<Answer> {
    return call("DELETE", `${this.#url}/portal/api${path}`, this.#session);
  }

  /** The newest run, once it was started for this reason. */
  async runBecauseOf(reason: RunJson["reason"]): Promise<RunJson> {
    const { data } = await until(
      async () => runListSchema.parse((await this.get("/runs?limit=1")).body),
      ({ data: runs }) => runs[0]?.reason === reason,
    );
    return data[0] as RunJson;
  }

  async start(range: object = {}): Promise<StartedRun> {
    const answer = await this.post("/runs", range);
    expect(answer.status).toBe(202);
    return startedRunSchema.parse(answer.body);
  }

  /** The run that the installation started. */
  async firstRun(): Promise<RunJson> {
    const { data } = await until(
      async () => runListSchema.parse((await this.get("/runs?limit=100")).body),
      ({ data: runs }) => runs.length > 0,
    );
    return data.at(-1) as RunJson;
  }

  async findings(query = ""): Promise<KeptFindingJson[]> {
    return findingListSchema.parse((await this.get(`/findings${query}`)).body).data;
  }

  async run(runId: string): Promise<RunDetailJson> {
    return runDetailSchema.parse((await this.get(`/runs/${runId}`)).body);
  }

  async finished(started: StartedRun): Promise<RunDetailJson> {
    return until(
      () => this.run(started.run_id),
      (run) => ["completed", "failed", "cancelled"].includes(run.status),
    );
  }

  /** Until a run says that it goes on by itself. */
  async waiting(started: StartedRun): Promise<RunDetailJson> {
    return until(
      () => this.run(started.run_id),
      (run) => run.waits_until !== undefined && run.error !== undefined,
    );
  }

  async objects(runId: string, query = "limit=200"): Promise<ObjectJson[]> {
    const found: ObjectJson[] = [];
    let after = "";
    for (;;) {
      const page = objectListSchema.parse((await this.get(`/runs/${runId}/objects?${query}${after}`)).body);
      found.push(...page.data);
      if (page.next === undefined) return found;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }
}

/** Asks until the answer is the wanted one, or the time is up. */
export async function until<Value>(
  ask: () => Promise<Value>,
  wanted: (value: Value) => boolean,
): Promise<Value> {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
    if (Date.now() > end) throw new Error(`Not in time; last: ${JSON.stringify(value).slice(0, 600)}`);
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
  }
}

type CloudState = {
  organizations: {
    instances: { instance_id: string }[];
    members: { user_id: string; role: string }[];
  }[];
};

/** A local Cloud as a test steers it. */
export class House {
  readonly url: string;
  readonly #adminToken: string;
  readonly #keys: ReadonlyMap<string, Secret>;
  readonly #instances: readonly string[];
  readonly #member: string;

  private constructor(url: string, adminToken: string, keys: ReadonlyMap<string, Secret>, state: CloudState) {
    this.url = url;
    this.#adminToken = adminToken;
    this.#keys = keys;
    this.#instances = state.organizations[0]?.instances.map(({ instance_id }) => instance_id) ?? [];
    this.#member = state.organizations[0]?.members.find(({ role }) => role === "Admin")?.user_id ?? "";
  }

  /** @param keys API keys by installation, as they were heard on their way to the app. */
  static async open(url: string, adminToken: string, keys: ReadonlyMap<string, Secret>): Promise<House> {
    const state = await call("GET", `${url}/admin/state`, adminToken);
    return new House(url, adminToken, keys, state.body as CloudState);
  }

  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(method, `${this.url}${path}`, this.#adminToken, body);
  }

  instance(index: number): string {
    return this.#instances[index] ?? "";
  }

  async install(appId: string, index: number, granted: readonly string[]): Promise<Portal> {
    const answer = await this.admin("POST", "/admin/installations", {
      app_id: appId,
      instance_id: this.instance(index),
      granted_permissions: granted,
      user_id: this.#member,
    });
    expect(answer).toMatchObject({ status: 201 });
    const { installed_app_id } = answer.body as { installed_app_id: string };
    return this.launch(installed_app_id, this.instance(index));
  }

  async launch(installation: string, instance: string): Promise<Portal> {
    const path = `/admin/installations/${installation}/launch`;
    const launched = await this.admin("POST", path, { user_id: this.#member });
    expect(launched).toMatchObject({ status: 200 });
    const { portal_url } = launched.body as { portal_url: string };
    const page = await (await fetch(portal_url)).text();
    const block = /<script[^>]*id="annex-session"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? "{}";
    const { session } = JSON.parse(block) as { session: string };
    return new Portal(installation, instance, new URL(portal_url).origin, session);
  }

  async uninstall(portal: Portal): Promise<void> {
    const answer = await this.admin("DELETE", `/admin/installations/${portal.installation}`);
    expect(answer).toMatchObject({ status: 200 });
  }

  /** The ledger as the app reads it. */
  books(portal: Pick<Portal, "installation" | "instance">): CloudClient {
    const apiKey = this.#keys.get(portal.installation);
    if (apiKey === undefined) throw new Error("No key was heard.");
    return createClient({ baseUrl: this.url, apiKey, instanceId: portal.instance });
  }
}

/** Passes calls on and remembers the keys in the install events. */
export function hearingKeys(keys: Map<string, Secret>): typeof fetch {
  return (input, init) => {
    const text = typeof init?.body === "string" ? init.body : "";
    const event = text.includes('"api_key"') ? (JSON.parse(text) as Record<string, string>) : {};
    if (event["installed_app_id"] !== undefined && event["api_key"] !== undefined) {
      keys.set(event["installed_app_id"], new Secret(event["api_key"]));
    }
    return fetch(input, init);
  };
}

export async function allTransactions(books: CloudClient): Promise<Transaction[]> {
  const rows: Transaction[] = [];
  for await (const row of books.data.transactions.iterate()) rows.push(row);
  return rows;
}

/**
 * For every currency: what Stripe holds, what its fees were, and books that add up to zero.
 *
 * @param account whose books they are, where the instance has those of several
 */
export async function expectTied(
  books: CloudClient,
  stripe: readonly CurrencyTotals[],
  account?: string,
): Promise<void> {
  const balances: Balance[] = [];
  for await (const balance of books.data.balances.iterate()) balances.push(balance);
  const held = (role: string, currency: string) =>
    balances
      .filter((balance) => balance.currency === currency && ownOf(balance).role === role)
      .filter((balance) => account === undefined || ownOf(balance).account === account)
      .map(({ balance }) => balance);
  for (const totals of stripe) {
    const currency = totals.currency.toUpperCase();
    // One balance each, and its amount.
    expect([currency, held("clearing", currency)]).toEqual([currency, [BigInt(totals.held)]]);
    const fees = feeRoles.flatMap((role) => held(role, currency)).reduce((sum, fee) => sum + fee, 0n);
    expect([currency, fees]).toEqual([currency, BigInt(totals.fee)]);
    const all = balances.filter((balance) => balance.currency === currency);
    expect(all.reduce((sum, { balance }) => sum + balance, 0n)).toBe(0n);
  }
}

function ownOf(balance: Balance): { readonly role?: string; readonly account?: string } {
  return Object(balance.meta_data?.["stripe_sync"]);
}
