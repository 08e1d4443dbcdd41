import type { DataCollection } from "./collections.ts";
import { operators } from "./conditions.ts";
import { DataQueryError, shortened } from "./errors.ts";
import type { DataFilter, DataOperator } from "./filters.ts";

/**
 * Reading requests of the Data API (a query string) and of the Filters API (a body, paging in the query)
 * into filters and a page (contract section 8). Nothing that is sent is ignored silently: a parameter that is
 * neither reserved nor a filter is refused, since leaving a condition out would show too much.
 */

export interface Page {
  readonly size: number;
  readonly offset: number;
}

export interface DataRequest {
  readonly filters: readonly DataFilter[];
  readonly page: Page;
}

const MAXIMUM_FILTERS = 20;
const MAXIMUM_IN_VALUES_QUERY = 100;
const MAXIMUM_IN_VALUES_BODY = 1000;
const MAXIMUM_PAGE_SIZE = 200;
const MAXIMUM_PAGE = 999_999_999;

const queryOperators: readonly string[] = operators.filter(
  (name) => name !== "isnull" && name !== "isnotnull",
);
const bodyOperators: readonly string[] = [...operators, "exists", "notexists"];

const reserved = new Set(
  "page pageSize per_page limit offset sort order order_by order_dir instance_id org_id".split(" "),
);

function tooManyFilters(field: string): never {
  throw new DataQueryError(
    400,
    "too_many_filters",
    `At most ${MAXIMUM_FILTERS} filters in one request.`,
    field,
  );
}

function counted(
  field: string,
  operands: readonly unknown[],
  operator: string,
  most: number,
): readonly unknown[] {
  if (operator === "between" && operands.length !== 2) {
    const message = `between on ${shortened(field)} needs two values, the lower and the upper.`;
    throw new DataQueryError(422, "invalid_value", message, field);
  }
  if (operator === "in" && operands.length === 0) {
    throw new DataQueryError(
      422,
      "invalid_value",
      `in on ${shortened(field)} needs at least one value.`,
      field,
    );
  }
  if (operands.length > most) {
    const message = `in on ${shortened(field)} takes at most ${most} values; send several requests.`;
    throw new DataQueryError(413, "too_many_values", message, field);
  }
  return operands;
}

function wholeNumber(query: URLSearchParams, name: string, missing: number, most: number): number {
  const sent = query.getAll(name);
  if (sent.length === 0) return missing;
  const [text = ""] = sent;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (sent.length > 1 || number < 1 || number > most) {
    throw new DataQueryError(400, "invalid_page", `${name} must be a whole number from 1 to ${most}.`, name);
  }
  return number;
}

/** The page asked for: `page` from 1, `pageSize` 30 for ledgers and 20 for the rest, at most 200. */
export function pageOf(collection: DataCollection, query: URLSearchParams): Page {
  const size = wholeNumber(query, "pageSize", collection === "ledgers" ? 30 : 20, MAXIMUM_PAGE_SIZE);
  const page = wholeNumber(query, "page", 1, MAXIMUM_PAGE);
  return { size, offset: (page - 1) * size };
}

function operandsOf(operator: string, field: string, raw: string): readonly unknown[] {
  if (operator === "in") return counted(field, raw.split(","), operator, MAXIMUM_IN_VALUES_QUERY);
  return operator === "between" ? counted(field, raw.split("|"), operator, 2) : [raw];
}

function queryFilter(parameter: string, raw: string): DataFilter {
  const at = parameter.lastIndexOf("_");
  const field = parameter.slice(0, Math.max(at, 0));
  const operator = parameter.slice(at + 1);
  if (field === "" || !queryOperators.includes(operator)) {
    throw new DataQueryError(
      400,
      "unknown_parameter",
      `${shortened(parameter)} is no parameter here. Filters are <field>_<operator> with ${queryOperators.join(", ")}.`,
      parameter,
    );
  }
  return {
    field,
    operator: operator as DataOperator,
    operands: operandsOf(operator, field, raw),
    written: "query",
  };
}

/**
 * A Data API request: `page`, `pageSize`, and filters as `field_operator=value`, all of them joined by AND (the same
 * one twice too).
 *
 * @throws DataQueryError
 */
export function dataRequest(collection: DataCollection, query: URLSearchParams): DataRequest {
  const sent = [...query].filter(([name]) => !reserved.has(name));
  if (sent.length > MAXIMUM_FILTERS) tooManyFilters(sent[MAXIMUM_FILTERS]?.[0] ?? "filters");
  const filters = sent.map(([name, raw]) => queryFilter(name, raw));
  return { filters, page: pageOf(collection, query) };
}

function invalidBody(message: string, field: string): never {
  throw new DataQueryError(400, "invalid_body", message, field);
}

function members(
  json: unknown,
  allowed: readonly string[],
  field: string,
): Readonly<Record<string, unknown>> {
  const subject = field.replace(/^the /, "The ");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return invalidBody(`${subject} must be an object with ${allowed.join(", ")}.`, field);
  }
  const unknown = Object.keys(json).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    invalidBody(`${subject} takes ${allowed.join(", ")} only, not ${shortened(unknown)}.`, unknown);
  return Object.fromEntries(Object.entries(json));
}

function bodyOperands(
  filter: Readonly<Record<string, unknown>>,
  field: string,
  operator: string,
): readonly unknown[] {
  if (["isnull", "isnotnull", "exists", "notexists"].includes(operator)) return [];
  if (operator === "in" || operator === "between") {
    const { values } = filter;
    if (!Array.isArray(values))
      return invalidBody(`${operator} on ${shortened(field)} needs values, a list.`, field);
    return counted(field, values, operator, MAXIMUM_IN_VALUES_BODY);
  }
  if (filter["value"] === undefined || filter["value"] === null) {
    return invalidBody(`${operator} on ${shortened(field)} needs a value; for nothing use isnull.`, field);
  }
  return [filter["value"]];
}

function bodyFilter(json: unknown, index: number): DataFilter {
  const filter = members(json, ["field", "operator", "value", "values"], `filters[${index}]`);
  const { field, operator } = filter;
  if (typeof field !== "string")
    return invalidBody(`filters[${index}].field must be a string.`, `filters[${index}].field`);
  if (typeof operator !== "string" || !bodyOperators.includes(operator)) {
    throw new DataQueryError(
      400,
      "unknown_operator",
      `The operator for ${shortened(field)} must be one of ${bodyOperators.join(", ")}.`,
      field,
    );
  }
  return {
    field,
    operator: operator as DataOperator,
    operands: bodyOperands(filter, field, operator),
    written: "body",
  };
}

function checkFilterQuery(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (reserved.has(name) || name === "strict_total") continue;
    throw new DataQueryError(400, "unknown_parameter", `${shortened(name)} is no parameter here.`, name);
  }
  const strict = query.get("strict_total");
  if (strict !== null && strict !== "true" && strict !== "false") {
    throw new DataQueryError(422, "invalid_value", "strict_total must be true or false.", "strict_total");
  }
}

/**
 * A Filters API request: `{"filters":[{"field","operator","value"|"values"}]}` and paging in the query.
 *
 * @throws DataQueryError
 */
export function filterRequest(
  collection: DataCollection,
  body: unknown,
  query: URLSearchParams,
): DataRequest {
  checkFilterQuery(query);
  const { filters } = members(body, ["filters"], "the body");
  if (filters !== undefined && filters !== null && !Array.isArray(filters)) {
    return invalidBody("filters must be a list.", "filters");
  }
  const sent: readonly unknown[] = filters ?? [];
  if (sent.length > MAXIMUM_FILTERS) tooManyFilters("filters");
  return { filters: sent.map(bodyFilter), page: pageOf(collection, query) };
}
