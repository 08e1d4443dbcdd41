/** The Data API: reads of an instance's database with filters and pages. Contract section 8, Data API. */
import { type DataCollection, dataPageSize } from "@annex/protocol";
import { InvalidRequest } from "../errors/index.ts";
import {
  type Balance,
  balanceShape,
  type ExternalTransaction,
  externalTransactionShape,
  type Identity,
  identityShape,
  type Ledger,
  ledgerShape,
  type MatchingRule,
  matchingRuleShape,
  type Reconciliation,
  type RecordShape,
  readRecord,
  reconciliationShape,
  type Transaction,
  transactionShape,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions, Transport } from "../transport/transport.ts";
import { type Page, type PageRequest, pageQuery, readPage } from "./paging.ts";
import { createdAtOf, walkAll } from "./walk.ts";

/** A value to compare with. Dates are sent as ISO 8601 in UTC. */
export type FilterValue = string | number | bigint | boolean | Date;
type Comparison = "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "like" | "ilike";
type FieldOrMetadata<Field extends string> = Field | `meta_data.${string}`;

/** Filters as `field_operator: value`, all of which must hold. `_like` and `_ilike` take SQL wildcards. */
export type DataFilters<Field extends string> = Readonly<
  Partial<
    Record<`${FieldOrMetadata<Field>}_${Comparison}`, FilterValue> &
      Record<`${FieldOrMetadata<Field>}_in`, readonly FilterValue[]> &
      Record<`${FieldOrMetadata<Field>}_between`, readonly [FilterValue, FilterValue]>
  >
>;

/** Which records, and which page of them. Contract section 8, Data API. */
export interface DataQuery<Field extends string> extends PageRequest {
  readonly filters?: DataFilters<Field> | undefined;
}

/** One collection of the Data API. Needs `data:read`. */
export interface DataCollectionClient<Fields, Field extends string> {
  /**
   * One page.
   *
   * @throws CloudError
   * @example
   * const page = await cloud.data.transactions.list({ filters: { status_eq: "APPLIED" }, pageSize: 50 });
   */
  list(query?: DataQuery<Field>, options?: CallOptions): Promise<Page<Fields>>;
  /** One record. @throws CloudError with status 404 when there is none. */
  get(id: string, options?: CallOptions): Promise<Fields>;
  /**
   * Every record that matches, fetched as the loop goes on, and those that come to match meanwhile: none twice, and
   * none left out because others leave the filter. Newest first; the ids given out are kept until the end, about a
   * hundred bytes each. `pageSize` defaults to the largest, 200; a server may give fewer at a time.
   *
   * @example
   * for await (const balance of cloud.data.balances.iterate({ filters: { currency_eq: "USD" } })) sum += balance.balance;
   */
  iterate(
    query?: Omit<DataQuery<Field>, "page">,
    options?: CallOptions,
  ): AsyncGenerator<Fields, void, undefined>;
}

type LedgerField = "ledger_id" | "name" | "created_at";
type BalanceField =
  | "balance_id"
  | "ledger_id"
  | "identity_id"
  | "indicator"
  | "currency"
  | "balance"
  | "credit_balance"
  | "debit_balance"
  | "inflight_balance"
  | "inflight_credit_balance"
  | "inflight_debit_balance"
  | "created_at";
/** `balance_id` means source or destination. */
type TransactionField =
  | "transaction_id"
  | "parent_transaction"
  | "amount"
  | "currency"
  | "source"
  | "destination"
  | "balance_id"
  | "reference"
  | "status"
  | "created_at"
  | "effective_date"
  | "precision";
type IdentityField = keyof Identity & string;

/** The seven collections of the Data API. */
export interface DataApi {
  readonly ledgers: DataCollectionClient<Ledger, LedgerField>;
  readonly balances: DataCollectionClient<Balance, BalanceField>;
  readonly transactions: DataCollectionClient<Transaction, TransactionField>;
  readonly identities: DataCollectionClient<Identity, IdentityField>;
  readonly reconciliations: DataCollectionClient<Reconciliation, keyof Reconciliation & string>;
  readonly matchingRules: DataCollectionClient<MatchingRule, keyof MatchingRule & string>;
  readonly externalTransactions: DataCollectionClient<
    ExternalTransaction,
    keyof ExternalTransaction & string
  >;
}

/** Binds the Data API to a transport. */
export function createDataApi(transport: Transport): DataApi {
  return {
    ledgers: collection(transport, "ledgers", ledgerShape),
    balances: collection(transport, "balances", balanceShape),
    transactions: collection(transport, "transactions", transactionShape),
    identities: collection(transport, "identities", identityShape),
    reconciliations: collection(transport, "reconciliations", reconciliationShape),
    matchingRules: collection(transport, "matching-rules", matchingRuleShape),
    externalTransactions: collection(transport, "external-transactions", externalTransactionShape),
  };
}

function collection<Fields, Field extends string>(
  transport: Transport,
  name: DataCollection,
  shape: RecordShape<Fields>,
): DataCollectionClient<Fields, Field> {
  const read = (path: string, query: Record<string, string>, options: CallOptions | undefined) =>
    transport.send({ method: "GET", path, query, scope: "data:read", repeat: "repeatable", options });
  const list = async (query: DataQuery<Field> = {}, options?: CallOptions) => {
    const answer = await read(
      `/data/${name}`,
      { ...filterQuery(query.filters), ...pageQuery(query) },
      options,
    );
    return readPage(shape, answer.value);
  };
  return {
    list,
    async get(id, options) {
      const answer = await read(`/data/${name}/${pathSegment(id, String(shape.id))}`, {}, options);
      return readRecord(shape, answer.value);
    },
    iterate(query = {}, options) {
      const untilKey = freeUntilKey(shape, query.filters);
      return walkAll<Fields>({
        idOf: (record) => String(record[shape.id]),
        createdAt: untilKey === undefined ? undefined : (record) => createdAtOf(record),
        pageSize: query.pageSize ?? dataPageSize.largest,
        known: transport.knownPages(name),
        fetch: ({ until, ...page }) => {
          const bound = until === undefined ? {} : { [untilKey ?? ""]: until };
          return list({ filters: { ...query.filters, ...bound } as DataFilters<Field>, ...page }, options);
        },
      });
    },
  };
}

/**
 * Bounds on the time of creation the query does not use itself. A walk names its bound in milliseconds and takes the
 * one after, so that both of them mean the same to it.
 */
function freeUntilKey<Fields>(shape: RecordShape<Fields>, filters: object | undefined): string | undefined {
  if (!shape.keyedByCreation) return undefined;
  return ["created_at_lte", "created_at_lt"].find((key) => !(key in (filters ?? {})));
}

function filterQuery(filters: DataFilters<string> | undefined): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters ?? {})) {
    if (value !== undefined) query[name] = filterText(name, value as FilterValue | readonly FilterValue[]);
  }
  return query;
}

function filterText(name: string, value: FilterValue | readonly FilterValue[]): string {
  if (!isList(value)) return scalarText(name, value);
  const separator = name.endsWith("_between") ? "|" : ",";
  const parts = value.map((item) => scalarText(name, item));
  // There is no way to escape the separator on the wire.
  if (parts.some((part) => part.includes(separator)))
    throw new InvalidRequest(name, `holds a value with "${separator}", which separates values`);
  if (parts.length === 0) throw new InvalidRequest(name, "needs at least one value");
  return parts.join(separator);
}

/** `Array.isArray` alone does not narrow readonly lists. */
function isList(value: FilterValue | readonly FilterValue[]): value is readonly FilterValue[] {
  return Array.isArray(value);
}

function scalarText(name: string, value: FilterValue): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" && !Number.isFinite(value))
    throw new InvalidRequest(name, "must be a finite number");
  return String(value);
}
