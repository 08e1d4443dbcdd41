/** The Filters API: searches given as a body. Contract section 8, Filters API. */
import { dataPageSize, type FilterCollection } from "@annex/protocol";
import {
  type Balance,
  balanceShape,
  type Identity,
  identityShape,
  type JsonObject,
  type Ledger,
  ledgerShape,
  type Reconciliation,
  type RecordShape,
  readObject,
  reconciliationShape,
  type Transaction,
  transactionShape,
} from "../records/records.ts";
import type { CallOptions, Transport } from "../transport/transport.ts";
import type { FilterValue } from "./data.ts";
import { type Page, type PageRequest, pageQuery, readPage } from "./paging.ts";
import { createdAtOf, walkAll } from "./walk.ts";

/** One condition. `exists` and `notexists` ask for a metadata key. */
export type Filter =
  | {
      readonly field: string;
      readonly operator: "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "like" | "ilike";
      readonly value: FilterValue;
    }
  | { readonly field: string; readonly operator: "in" | "between"; readonly values: readonly FilterValue[] }
  | { readonly field: string; readonly operator: "isnull" | "isnotnull" | "exists" | "notexists" };

/** Which records, and which page of them. Contract section 8, Filters API. */
export interface FilterQuery extends PageRequest {
  /** All must hold; none means every record. */
  readonly filters?: readonly Filter[] | undefined;
  /** Transactions only: count exactly rather than estimate. */
  readonly strictTotal?: boolean | undefined;
}

/** A page with what the Filters API says beside the records. */
export interface FilterPage<Fields> extends Page<Fields> {
  readonly stats?: JsonObject;
  readonly totalIsEstimate?: boolean;
  readonly totalSource?: string;
}

/** One collection of the Filters API. Needs `data:read`. */
export interface FilterCollectionClient<Fields> {
  /**
   * One page.
   *
   * @throws CloudError
   * @example
   * await cloud.filters.transactions.find({ filters: [{ field: "status", operator: "eq", value: "APPLIED" }] });
   */
  find(query?: FilterQuery, options?: CallOptions): Promise<FilterPage<Fields>>;
  /** Every record that matches, as `iterate` of the Data API walks. */
  iterate(query?: Omit<FilterQuery, "page">, options?: CallOptions): AsyncGenerator<Fields, void, undefined>;
}

/** The five collections of the Filters API. Contract section 8, Filters API. */
export interface FiltersApi {
  readonly ledgers: FilterCollectionClient<Ledger>;
  readonly balances: FilterCollectionClient<Balance>;
  readonly transactions: FilterCollectionClient<Transaction>;
  readonly identities: FilterCollectionClient<Identity>;
  readonly reconciliations: FilterCollectionClient<Reconciliation>;
}

/** Binds the Filters API to a transport. Two of its paths are singular. */
export function createFiltersApi(transport: Transport): FiltersApi {
  return {
    ledgers: collection(transport, "ledger", ledgerShape),
    balances: collection(transport, "balances", balanceShape),
    transactions: collection(transport, "transactions", transactionShape),
    identities: collection(transport, "identities", identityShape),
    reconciliations: collection(transport, "reconciliation", reconciliationShape),
  };
}

function collection<Fields>(
  transport: Transport,
  name: FilterCollection,
  shape: RecordShape<Fields>,
): FilterCollectionClient<Fields> {
  const find = async (query: FilterQuery = {}, options?: CallOptions) => {
    const answer = await transport.send({
      method: "POST",
      path: `/${name}/filter`,
      query: { ...pageQuery(query), ...(query.strictTotal === true ? { strict_total: "true" } : {}) },
      body: { filters: query.filters ?? [] },
      scope: "data:read",
      // A search changes nothing, whatever its method.
      repeat: "repeatable",
      options,
    });
    return readFilterPage(shape, answer.value);
  };
  return {
    find,
    iterate(query = {}, options) {
      return walkAll<Fields>({
        idOf: (record) => String(record[shape.id]),
        createdAt: shape.keyedByCreation ? (record) => createdAtOf(record) : undefined,
        pageSize: query.pageSize ?? dataPageSize.largest,
        known: transport.knownPages(`${name}/filter`),
        fetch({ until, ...page }) {
          const bound = { field: "created_at", operator: "lte", value: until ?? "" } as const;
          const filters = [...(query.filters ?? []), ...(until === undefined ? [] : [bound])];
          // An estimated total could end the walk before its end.
          return find({ ...query, ...page, filters, strictTotal: name === "transactions" }, options);
        },
      });
    },
  };
}

function readFilterPage<Fields>(shape: RecordShape<Fields>, value: unknown): FilterPage<Fields> {
  const body = readObject(value, `a page of ${shape.name} records`);
  const estimate = body["total_is_estimate"];
  const source = body["total_source"];
  return {
    ...readPage(shape, value),
    ...(body["stats"] === undefined ? {} : { stats: readObject(body["stats"], "stats") }),
    ...(typeof estimate === "boolean" ? { totalIsEstimate: estimate } : {}),
    ...(typeof source === "string" ? { totalSource: source } : {}),
  };
}
