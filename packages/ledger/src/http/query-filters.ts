import { operators } from "../store/lists/conditions.ts";
import type { CoreFilter, Operand } from "../store/lists/filters.ts";
import { typed } from "./query-typing.ts";

/**
 * Filters in the query string of Core's four GET lists: `amount_gt=4&status_eq=APPLIED` (core-ledger 15.2,
 * query-parameter filters).
 */

/** One refusal, with Core's capitalised keys. */
export interface ParameterRefusal {
  readonly Param: string;
  readonly Message: string;
}

/** What a query string asks for. */
export interface QueryFilters {
  readonly filters: readonly CoreFilter[];
  readonly logical: "and" | "or";
}

/** The query can't be read: 400 GEN_VALIDATION_ERROR `invalid filter parameters`. */
export class InvalidFilterParameters extends Error {
  override readonly name = "InvalidFilterParameters";
  readonly refusals: readonly ParameterRefusal[];

  constructor(refusals: readonly ParameterRefusal[]) {
    super("invalid filter parameters");
    this.refusals = refusals;
  }
}

const MAXIMUM_FILTERS = 20;
const MAXIMUM_IN_VALUES = 100;
/** Core calls them characters. */
const MAXIMUM_BYTES = 1000;

const reserved = new Set(
  "page pagesize per_page limit offset sort order order_by order_dir logical_operator instance_id org_id".split(
    " ",
  ),
);

const aliases: Readonly<Record<string, string>> = { neq: "ne", gteq: "gte", lteq: "lte" };

interface Named {
  readonly parameter: string;
  readonly field: string;
  readonly operator: string;
  readonly raw: string;
}

/** `field_operator`, parted at the last underscore; undefined when it names no operator. */
function named(parameter: string, raw: string): Named | undefined {
  if (reserved.has(parameter.toLowerCase())) return undefined;
  const at = parameter.lastIndexOf("_");
  if (at === -1) return undefined;
  const suffix = parameter.slice(at + 1).toLowerCase();
  const operator = aliases[suffix] ?? suffix;
  if (!(operators as readonly string[]).includes(operator)) return undefined;
  return { parameter, field: parameter.slice(0, at), operator, raw };
}

function operand(raw: string): Operand {
  const value = typed(raw);
  switch (value.kind) {
    case "number":
      return { json: value.number, text: value.text };
    case "boolean":
      return { json: value.truth, text: value.text };
    case "time":
      return { json: raw, text: value.text, span: value.span };
    default:
      return { json: raw, text: raw };
  }
}

function refusal({ raw, operator }: Named): string | undefined {
  if (Buffer.byteLength(raw) > MAXIMUM_BYTES) return "value exceeds maximum length (1000 chars)";
  if (operator === "between" && raw.split("|").length !== 2) {
    return "between operator requires exactly 2 pipe-separated values (value1|value2)";
  }
  if (operator === "in" && raw.split(",").length > MAXIMUM_IN_VALUES) {
    return "IN operator exceeds maximum values (100)";
  }
  return undefined;
}

/** What is wrong with the filters, each by itself: those beyond the maximum are too many, whatever they hold. */
function refusalsOf(found: readonly Named[]): readonly ParameterRefusal[] {
  let room = MAXIMUM_FILTERS;
  return found.flatMap((filter) => {
    const message = room === 0 ? "exceeded maximum number of filters (20)" : refusal(filter);
    if (message === undefined) room--;
    return message === undefined ? [] : [{ Param: filter.parameter, Message: message }];
  });
}

/** The values of a list lose the space around them, the two of a range keep it. */
function operandsOf(operator: string, raw: string): readonly Operand[] {
  if (operator === "in") return raw.split(",").map((part) => operand(part.trim()));
  return operator === "between" ? raw.split("|").map(operand) : [];
}

function filterOf({ field, operator, raw }: Named): CoreFilter {
  return { field, operator, operand: operand(raw), operands: operandsOf(operator, raw) };
}

function unknownOperator(raw: string): ParameterRefusal | undefined {
  if (logicalOperator(raw) !== undefined) return undefined;
  return { Param: "logical_operator", Message: "invalid logical_operator: must be 'and' or 'or'" };
}

/** The word that joins filters, in any case and with space around it; none is `and`. */
export function logicalOperator(raw: string): "and" | "or" | undefined {
  const word = raw.trim().toLowerCase();
  if (word === "" || word === "and") return "and";
  return word === "or" ? "or" : undefined;
}

/**
 * Reads the filters of a query string.
 *
 * @throws InvalidFilterParameters naming each parameter that can't be read.
 * @example parseQueryFilters(new URLSearchParams("amount_gt=4&reference_in=a,b"))
 */
export function parseQueryFilters(query: URLSearchParams): QueryFilters {
  const word = query.get("logical_operator") ?? "";
  const found = [...new Set(query.keys())].flatMap((key) => named(key, query.get(key) ?? "") ?? []);
  const refusals = [unknownOperator(word) ?? [], refusalsOf(found)].flat();
  if (refusals.length > 0) throw new InvalidFilterParameters(refusals);
  return { filters: found.map(filterOf), logical: logicalOperator(word) ?? "and" };
}
