/**
 * The records of the Cloud API as an app reads them. Names are those on the wire. Minor units and other whole
 * numbers that can outgrow a double are `bigint`; figures in major units are decimal text, never a float.
 */
import { UnexpectedAnswer } from "../errors/index.ts";

/** What metadata can hold. Whole numbers beyond 2^53 arrive as `bigint`. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** Metadata of a record. Habit of the platform: an app keeps its own keys under one top-level key, its name. */
export type Metadata = { readonly [key: string]: JsonValue | undefined };

/** A group of balances. `created_at` is ISO 8601 in UTC, here and in every record. Contract section 8. */
export interface Ledger {
  readonly ledger_id: string;
  readonly name: string;
  readonly created_at: string;
  readonly meta_data?: Metadata | null;
}

/** All figures in minor units of whatever precision the transactions used. */
export interface Balance {
  readonly balance_id: string;
  /** credit_balance − debit_balance */
  readonly balance: bigint;
  readonly credit_balance: bigint;
  readonly debit_balance: bigint;
  /** inflight_credit_balance − inflight_debit_balance: what holds would change */
  readonly inflight_balance: bigint;
  readonly inflight_credit_balance: bigint;
  readonly inflight_debit_balance: bigint;
  /** Only where asked for with `withQueued`. */
  readonly queued_debit_balance?: bigint;
  readonly queued_credit_balance?: bigint;
  readonly version?: bigint;
  readonly ledger_id: string;
  readonly identity_id?: string | null;
  /** Internal balances only, such as `@World`. */
  readonly indicator?: string | null;
  readonly currency: string;
  readonly created_at: string;
  readonly inflight_expires_at?: string;
  readonly track_fund_lineage?: boolean;
  readonly allocation_strategy?: string;
  readonly identity?: Identity;
  readonly ledger?: Ledger;
  readonly meta_data?: Metadata | null;
}

/** Where a transaction stands. A row never changes its own: what follows is a row below it. */
export type TransactionStatus = "QUEUED" | "SCHEDULED" | "APPLIED" | "INFLIGHT" | "VOID" | "REJECTED";

/** One leg of a split, as it was sent, with the id of its transaction. */
export interface Distribution {
  readonly identifier: string;
  readonly distribution?: string;
  readonly precise_distribution?: string;
  readonly transaction_id?: string;
}

/** A recorded movement of money. Contract section 8. */
export interface Transaction {
  readonly transaction_id: string;
  /** Minor units; the figure to count with. */
  readonly precise_amount: bigint;
  /** Major units as decimal text. Core holds this one as a double: for display. */
  readonly amount: string;
  readonly amount_string?: string;
  /** Minor units in one major unit. Core answers 0 when read by reference. */
  readonly precision: bigint;
  /** Major units as decimal text. */
  readonly overdraft_limit?: string;
  readonly parent_transaction?: string | null;
  readonly source?: string | null;
  readonly destination?: string | null;
  readonly sources?: readonly Distribution[];
  readonly destinations?: readonly Distribution[];
  readonly reference: string;
  readonly currency: string;
  readonly description?: string | null;
  readonly status: TransactionStatus;
  readonly hash?: string;
  readonly allow_overdraft?: boolean;
  readonly inflight?: boolean;
  readonly skip_queue?: boolean;
  readonly atomic?: boolean;
  /** On a queued commit or void. */
  readonly queued?: boolean;
  readonly created_at: string;
  readonly effective_date?: string | null;
  readonly scheduled_for?: string | null;
  readonly inflight_expiry_date?: string;
  readonly inflight_commit_date?: string;
  readonly meta_data?: Metadata | null;
}

/** Whom balances belong to. A tokenized field holds its token. Contract section 8. */
export interface Identity {
  readonly identity_id: string;
  readonly identity_type?: string | null;
  readonly organization_name?: string | null;
  readonly category?: string | null;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly other_names?: string | null;
  readonly gender?: string | null;
  readonly email_address?: string | null;
  readonly phone_number?: string | null;
  readonly nationality?: string | null;
  readonly street?: string | null;
  readonly country?: string | null;
  readonly state?: string | null;
  readonly post_code?: string | null;
  readonly city?: string | null;
  readonly dob?: string | null;
  readonly created_at: string;
  readonly meta_data?: Metadata | null;
}

/** A run that matches external transactions with those of the instance. Counts are 0 until it is completed. */
export interface Reconciliation {
  readonly reconciliation_id: string;
  readonly upload_id: string;
  readonly status: string;
  readonly matched_transactions: bigint;
  readonly unmatched_transactions: bigint;
  readonly is_dry_run?: boolean;
  readonly started_at: string;
  readonly completed_at?: string | null;
}

/** One condition of a matching rule. */
export interface MatchingCriterion {
  readonly field: "amount" | "date" | "description" | "reference" | "currency";
  readonly operator: "equals" | "greater_than" | "less_than" | "contains";
  readonly value?: string;
  readonly pattern?: string;
  /** A fraction for amounts (0.01 is 1 %), seconds for dates, per cent of the length for texts. */
  readonly allowable_drift?: number;
}

/** A rule by which a reconciliation matches. */
export interface MatchingRule {
  readonly rule_id: string;
  readonly name: string;
  readonly description?: string | null;
  readonly criteria: readonly MatchingCriterion[];
  readonly created_at: string;
  readonly updated_at: string;
}

/** A line of a bank or provider, as it was uploaded. */
export interface ExternalTransaction {
  readonly id: string;
  /** Major units as decimal text. */
  readonly amount: string;
  readonly reference: string;
  readonly currency: string;
  readonly description?: string | null;
  readonly date: string;
  readonly source: string;
  readonly upload_id?: string;
}

/** How one kind of record is read: its id, and which of its fields need exact figures. */
export interface RecordShape<Fields> {
  readonly name: string;
  readonly id: keyof Fields & string;
  readonly integers: readonly string[];
  readonly decimals: readonly string[];
  /** Whether the APIs that read can be asked for those made at a time: the key a walk goes by. */
  readonly keyedByCreation: boolean;
}

const shape = <Fields>(
  name: string,
  id: keyof Fields & string,
  particulars: Partial<Omit<RecordShape<Fields>, "name" | "id">> = {},
): RecordShape<Fields> => ({ name, id, integers: [], decimals: [], keyedByCreation: false, ...particulars });

/** How a ledger is read. */
export const ledgerShape = shape<Ledger>("ledger", "ledger_id", { keyedByCreation: true });
/** How a balance is read. */
export const balanceShape = shape<Balance>("balance", "balance_id", {
  keyedByCreation: true,
  integers: [
    "balance",
    "credit_balance",
    "debit_balance",
    "inflight_balance",
    "inflight_credit_balance",
    "inflight_debit_balance",
    "queued_debit_balance",
    "queued_credit_balance",
    "version",
  ],
});
/** How a transaction is read. */
export const transactionShape = shape<Transaction>("transaction", "transaction_id", {
  keyedByCreation: true,
  integers: ["precise_amount", "precision"],
  decimals: ["amount", "overdraft_limit"],
});
/** How an identity is read. */
export const identityShape = shape<Identity>("identity", "identity_id", { keyedByCreation: true });
/** How a run is read. */
export const reconciliationShape = shape<Reconciliation>("reconciliation", "reconciliation_id", {
  integers: ["matched_transactions", "unmatched_transactions"],
});
/** How a matching rule is read. */
export const matchingRuleShape = shape<MatchingRule>("matching rule", "rule_id");
/** How an external transaction is read. */
export const externalTransactionShape = shape<ExternalTransaction>("external transaction", "id", {
  decimals: ["amount"],
});

/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or an error that says what was expected in its place. */
export function readObject(value: unknown, expected: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new UnexpectedAnswer(`${expected} was expected`);
}

/** The value as a list. Core writes an empty list of balances or identities as `null`. */
export function readList(value: unknown, expected: string): readonly unknown[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new UnexpectedAnswer(`a list of ${expected} records was expected`);
}

/**
 * A record of the given kind with its exact figures in place.
 *
 * @throws UnexpectedAnswer when it is no such record.
 */
export function readRecord<Fields>(shape: RecordShape<Fields>, value: unknown): Fields {
  const fields = readObject(value, `a ${shape.name}`);
  if (typeof fields[shape.id] !== "string") throw new UnexpectedAnswer(`a ${shape.name} without ${shape.id}`);
  const exact: Record<string, unknown> = { ...fields };
  for (const field of shape.integers) {
    if (exact[field] !== undefined && exact[field] !== null) exact[field] = readInteger(exact[field], field);
  }
  for (const field of shape.decimals) {
    if (exact[field] !== undefined && exact[field] !== null) exact[field] = readDecimal(exact[field], field);
  }
  // The wire's other fields pass as they are: Cloud may add some at any time.
  return exact as Fields;
}

/** A whole number of any size. Cloud writes bare digits; text of digits is taken too. */
export function readInteger(value: unknown, field: string): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
  throw new UnexpectedAnswer(`${field} is not a whole number`);
}

function readDecimal(value: unknown, field: string): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return plainDecimal(value);
  if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return value;
  throw new UnexpectedAnswer(`${field} is not a decimal number`);
}

/** The shortest decimal text of a double, without an exponent: `1e-7` becomes `0.0000001`. */
function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  const digits = whole + fraction;
  const point = 1 + Number(exponentText);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
