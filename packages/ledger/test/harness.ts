/**
 * What the ledger's tests share: a ledger behind its public door, requests as an outsider sends them, and
 * answers with exact integers.
 */
import { type Ledger, type LedgerOptions, openLedger } from "../src/index.ts";

/** A JSON answer; integers beyond 2^53 and all amounts compare as bigint. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface Answered {
  readonly status: number;
  readonly body: Json;
}

/** Parses JSON with every integer as bigint. */
export function parseJson(text: string): Json {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  });
}

/** What Node's JSON has and the compiler's library does not know yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** JSON text of a request; bigint prints bare. */
export function requestText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "bigint" ? rawJson(member.toString()) : member,
  );
}

/** Sends a request in-process. */
export async function send(ledger: Ledger, method: string, path: string, body?: unknown): Promise<Answered> {
  const answer = await ledger.handle({
    method,
    path,
    headers: { "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: Buffer.from(typeof body === "string" ? body : requestText(body)) }),
  });
  const text = Buffer.from(answer.body).toString("utf8");
  const isJson = (answer.headers["Content-Type"] ?? "").startsWith("application/json");
  return { status: answer.status, body: isJson ? parseJson(text) : text };
}

/** A member of an object answer. */
export function member(value: Json, key: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return (value as { readonly [key: string]: Json })[key] ?? null;
}

/** A text member of an answer. */
export function textOf({ body }: Answered, key: string): string {
  const value = member(body, key);
  if (typeof value !== "string") throw new Error(`no text ${key} in ${requestText(body)}`);
  return value;
}

/** An integer member of an answer. */
export function integerOf({ body }: Answered, key: string): bigint {
  const value = member(body, key);
  if (typeof value !== "bigint") throw new Error(`no integer ${key} in ${requestText(body)}`);
  return value;
}

/** The code of a refusal. */
export function codeOf({ body }: Answered): string {
  return String(member(member(body, "error_detail"), "code"));
}

/** Opens a ledger that fails the test on faults nobody was told about. */
export async function openTestLedger(
  faults: unknown[],
  options: Partial<LedgerOptions> = {},
): Promise<Ledger> {
  return openLedger({
    database: { kind: "embedded" },
    tokenizationSecret: new Uint8Array(32).fill(7),
    onFault: (error) => faults.push(error),
    ...options,
  });
}

/** A ledger id and as many balances in it as wanted. */
export async function makeBalances(
  ledger: Ledger,
  count: number,
  currency = "USD",
): Promise<readonly string[]> {
  const ledgerId = textOf(await send(ledger, "POST", "/ledgers", { name: "Test" }), "ledger_id");
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const made = await send(ledger, "POST", "/balances", { ledger_id: ledgerId, currency });
    ids.push(textOf(made, "balance_id"));
  }
  return ids;
}

/** Numbers from 0 to 1 that look random; the same each time, so that a failure comes again. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
