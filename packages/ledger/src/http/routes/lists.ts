/**
 * Core's lists: `GET /ledgers`, `/balances`, `/transactions`, `/identities`, and `POST …/filter` of each
 * (contract sections 2.5 and 15.2).
 */

import type { LedgerContext } from "../../context.ts";
import type { TransactionRow } from "../../rules/rows.ts";
import { type BalanceRow, balanceColumns } from "../../store/balances.ts";
import { isRefusedByDatabase, type SqlRow } from "../../store/database.ts";
import { type IdentityRow, identityColumns } from "../../store/identities.ts";
import { type LedgerRow, ledgerColumns } from "../../store/ledgers.ts";
import type { CoreCollection } from "../../store/lists/collections.ts";
import { type CoreFilter, InvalidFilter } from "../../store/lists/filters.ts";
import { type CoreList, coreListCount, coreListRows } from "../../store/lists/index.ts";
import { UnusableValue } from "../../store/lists/values.ts";
import { transactionColumns } from "../../store/transactions.ts";
import { databaseDetails } from "../database-details.ts";
import { CoreFailure } from "../errors.ts";
import {
  InvalidFilterParameters,
  logicalOperator,
  parseQueryFilters,
  type QueryFilters,
} from "../query-filters.ts";
import { type Answer, decodeRequest, json, type Route, type RouteRequest } from "../router.ts";
import {
  anything,
  BodyError,
  type Decoded,
  flag,
  integer,
  list,
  structure,
  text,
  wholeNumber,
} from "../shapes.ts";
import {
  balanceToListWire,
  identityToWire,
  ledgerToWire,
  listView,
  transactionToWire,
  type Wire,
} from "../wire.ts";

const schema = "blnk";

const collectionNames: readonly CoreCollection[] = ["ledgers", "balances", "transactions", "identities"];

/** What a list would answer to what the database or the filters throw; a fault stays one. */
function listFailure(collection: CoreCollection, error: unknown): unknown {
  if (error instanceof InvalidFilter) {
    return new CoreFailure("GEN_BAD_REQUEST", `Invalid filter: ${error.message}`, { details: {} });
  }
  if (error instanceof UnusableValue || isRefusedByDatabase(error)) {
    return new CoreFailure("GEN_INTERNAL", `Failed to retrieve ${collection}`, {
      details: databaseDetails(error),
    });
  }
  return error;
}

interface Listed {
  readonly columns: string;
  readonly toWire: (row: SqlRow) => Wire;
  /** An empty list is `[]` for ledgers and transactions, `null` for the others (contract section 2.5). */
  readonly empty: readonly [] | null;
}

const listed: Readonly<Record<CoreCollection, Listed>> = {
  ledgers: { columns: ledgerColumns, toWire: (row) => ledgerToWire(row as unknown as LedgerRow), empty: [] },
  balances: {
    columns: balanceColumns,
    toWire: (row) => balanceToListWire(row as unknown as BalanceRow),
    empty: null,
  },
  transactions: {
    columns: transactionColumns,
    toWire: (row) => transactionToWire(row as unknown as TransactionRow, listView),
    empty: [],
  },
  identities: {
    columns: identityColumns,
    toWire: (row) => identityToWire(row as unknown as IdentityRow),
    empty: null,
  },
};

async function rows(context: LedgerContext, wanted: CoreList): Promise<readonly Wire[] | null> {
  const { columns, toWire, empty } = listed[wanted.collection];
  try {
    const found = await coreListRows(context.database, schema, columns, wanted);
    return found.length === 0 ? empty : found.map(toWire);
  } catch (error) {
    throw listFailure(wanted.collection, error);
  }
}

/** Limit and offset of a GET list, corrected or refused as each list does it (contract section 2.5). */
interface Window {
  readonly limit?: number;
  readonly offset: number;
}

function integerOf(sent: string | null): number | undefined {
  return sent === null ? undefined : wholeNumber(sent);
}

function refused(message: string): never {
  throw new CoreFailure("GEN_VALIDATION_ERROR", message);
}

function strictWindow(
  query: URLSearchParams,
  words: string,
): { readonly limit: number; readonly offset: number } {
  const limit = query.has("limit") ? integerOf(query.get("limit")) : 10;
  if (limit === undefined || limit < 1) return refused(`${words} limit value`);
  const offset = query.has("offset") ? integerOf(query.get("offset")) : 0;
  if (offset === undefined || offset < 0) return refused(`${words} offset value`);
  return { limit, offset };
}

function lenientWindow(query: URLSearchParams): { readonly limit: number; readonly offset: number } {
  const limit = integerOf(query.get("limit")) ?? 20;
  const offset = integerOf(query.get("offset")) ?? 0;
  return { limit: limit > 0 ? limit : 20, offset: Math.max(offset, 0) };
}

const windows: Readonly<Record<CoreCollection, (query: URLSearchParams, filtered: boolean) => Window>> = {
  ledgers(query) {
    const { limit, offset } = strictWindow(query, "Invalid");
    return { limit: limit > 100 ? 20 : limit, offset };
  },
  balances(query, filtered) {
    const { limit, offset } = strictWindow(query, "invalid");
    return { limit: filtered ? Math.min(limit, 1000) : limit, offset };
  },
  transactions(query, filtered) {
    const { limit, offset } = lenientWindow(query);
    return { limit: filtered ? Math.min(limit, 1000) : limit, offset };
  },
  identities(query, filtered) {
    if (!filtered) return { offset: 0 };
    const { limit, offset } = lenientWindow(query);
    return { limit: limit > 100 ? 20 : limit, offset };
  },
};

function queryFilters(query: URLSearchParams): QueryFilters {
  try {
    return parseQueryFilters(query);
  } catch (error) {
    if (!(error instanceof InvalidFilterParameters)) throw error;
    throw new CoreFailure("GEN_VALIDATION_ERROR", error.message, {
      legacyKey: "errors",
      legacyValue: error.refusals,
      details: error.refusals,
    });
  }
}

async function getList(
  collection: CoreCollection,
  request: RouteRequest,
  context: LedgerContext,
): Promise<Answer> {
  const { filters, logical } = queryFilters(request.query);
  const window = windows[collection](request.query, filters.length > 0);
  return json(200, await rows(context, { collection, filters, logical, ...window }));
}

/** A string with a type of its own, which errors name. */
const operatorText: typeof text = { ...text, goType: "filter.Operator" };

const queryFilter = structure(
  "QueryFilter",
  { field: text, operator: operatorText, value: anything, values: list(anything) },
  "filter.QueryFilter",
);

const filterBody = structure(
  "FilterRequest",
  {
    filters: list(queryFilter),
    logical_operator: text,
    sort_by: text,
    sort_order: text,
    limit: integer,
    offset: integer,
    include_count: flag,
  },
  "api.FilterRequest",
);

type FilterBody = Decoded<typeof filterBody>;

async function bodyOf(request: RouteRequest): Promise<FilterBody> {
  try {
    return await decodeRequest(request, filterBody);
  } catch (error) {
    if (error instanceof BodyError) return refused(error.message);
    throw error;
  }
}

function coreFilter(sent: Decoded<typeof queryFilter>): CoreFilter {
  return {
    field: sent.field,
    operator: sent.operator,
    operand: { json: sent.value },
    operands: (sent.values ?? []).map((json) => ({ json })),
  };
}

function logicalOf(word: string): "and" | "or" {
  return logicalOperator(word) ?? refused("invalid logical_operator: must be 'and' or 'or'");
}

function wantedOf(collection: CoreCollection, body: FilterBody): CoreList {
  return {
    collection,
    filters: (body.filters ?? []).map(coreFilter),
    logical: logicalOf(body.logical_operator),
    limit: body.limit < 1 || body.limit > 100 ? 20 : body.limit,
    offset: Math.max(body.offset, 0),
    sortBy: body.sort_by,
    ascending: body.sort_order.trim().toLowerCase() === "asc",
  };
}

async function postFilter(
  collection: CoreCollection,
  request: RouteRequest,
  context: LedgerContext,
): Promise<Answer> {
  const body = await bodyOf(request);
  const wanted = wantedOf(collection, body);
  const data = await rows(context, wanted);
  if (!body.include_count) return json(200, data);
  if (data === null || data.length === 0) return json(200, { data });
  return json(200, { data, total_count: BigInt(await coreListCount(context.database, schema, wanted)) });
}

/** Both doors to each list. */
export const listRoutes: readonly Route[] = collectionNames.flatMap((collection): readonly Route[] => [
  {
    method: "GET",
    path: `/${collection}`,
    handle: (request, context) => getList(collection, request, context),
  },
  {
    method: "POST",
    path: `/${collection}/filter`,
    handle: (request, context) => postFilter(collection, request, context),
  },
]);
