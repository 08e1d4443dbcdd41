/** Pages of the Data and Filters APIs, and walking through all of them. Contract section 8. */
import { dataPageSize } from "@annex/protocol";
import { InvalidRequest } from "../errors/index.ts";
import {
  type JsonObject,
  type RecordShape,
  readInteger,
  readList,
  readObject,
  readRecord,
} from "../records/records.ts";

/** One page of records. */
export interface Page<Fields> {
  readonly data: readonly Fields[];
  /** How many records match in all. */
  readonly total: bigint;
}

/** Which page of how many records. Contract section 8, Data API. */
export interface PageRequest {
  /** From 1, which is the default. */
  readonly page?: number | undefined;
  /** Records a page, at most 200; the default is Cloud's: 30 for ledgers, 20 for the rest. */
  readonly pageSize?: number | undefined;
}

/** The paging part of a query. @throws InvalidRequest when out of range. */
export function pageQuery(request: PageRequest): Record<string, string> {
  return {
    ...numberEntry("page", request.page, Number.MAX_SAFE_INTEGER),
    ...numberEntry("pageSize", request.pageSize, dataPageSize.largest),
  };
}

function numberEntry(name: string, value: number | undefined, largest: number): Record<string, string> {
  if (value === undefined) return {};
  if (!Number.isInteger(value) || value < 1 || value > largest)
    throw new InvalidRequest(name, `must be a whole number from 1 to ${largest}`);
  return { [name]: String(value) };
}

/** Reads `{"data":[…],"total":n}`. */
export function readPage<Fields>(shape: RecordShape<Fields>, value: unknown): Page<Fields> {
  const body: JsonObject = readObject(value, `a page of ${shape.name} records`);
  const data = readList(body["data"], shape.name).map((record) => readRecord(shape, record));
  return { data, total: readInteger(body["total"], "total") };
}
