/**
 * Typed decoding of request bodies, by the rules of Go's JSON decoder (contract sections 2.1, 2.2, 3.4):
 * keys match exactly or else without regard to case, the last of several wins, null leaves what was there,
 * unknown keys are ignored, nothing is coerced, and the first value of a wrong kind is reported with the
 * structure, path and type Core names.
 */
import type { Metadata } from "../rules/metadata.ts";
import { integerOf } from "../rules/number-texts.ts";
import { type Instant, parseInstant, TimeTextError } from "../rules/times.ts";
import { ended, type Steps } from "../turns.ts";
import { type JsonNode, JsonTextError, scanItems, scanSteps } from "./json-scan.ts";

/** Where a value stands, as Core names it in errors. */
interface FieldPath {
  readonly structure: string;
  readonly fields: readonly string[];
}

/** Collects the first value of a wrong kind; decoding goes on behind it, as in Go. */
interface Complaints {
  first: string | undefined;
}

/** How one kind of value is read. `T` is what decoding gives. */
export interface Shape<T> {
  /** The name of Go's type, printed in errors. */
  readonly goType: string;
  readonly zero: T;
  read(node: JsonNode, path: FieldPath, complaints: Complaints, current: T): T;
  /** The same in steps, where there may be much to read. */
  steps?(node: JsonNode, path: FieldPath, complaints: Complaints, current: T): Steps<T>;
}

/** The type that a shape decodes to. */
export type Decoded<S> = S extends Shape<infer T> ? T : never;

/** A body that does not decode; `message` is Core's parser text. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  /** The text ended before its value did. */
  readonly isCut: boolean;

  constructor(message: string, isCut = false) {
    super(message);
    this.isCut = isCut;
  }
}

/**
 * Decodes the first JSON value of a body.
 *
 * @throws BodyError with the parser text of contract section 3.4.
 * @example decodeBody('{"NAME":"Main"}', structure("CreateLedger", { name: text })) // { name: "Main" }
 */
export function decodeBody<T>(body: string, shape: Shape<T>): T {
  return ended(decodeSteps(body, shape));
}

/** The same in steps, for whoever lets others have their turn between them. */
export function* decodeSteps<T>(body: string, shape: Shape<T>): Steps<T> {
  const node = yield* scanOrComplain(body);
  const complaints: Complaints = { first: undefined };
  const value = yield* stepsOf(shape, node, { structure: "", fields: [] }, complaints, shape.zero);
  if (complaints.first !== undefined) throw new BodyError(complaints.first);
  return value;
}

function* stepsOf<T>(
  shape: Shape<T>,
  node: JsonNode,
  path: FieldPath,
  complaints: Complaints,
  current: T,
): Steps<T> {
  if (shape.steps === undefined) return shape.read(node, path, complaints, current);
  return yield* shape.steps(node, path, complaints, current);
}

/**
 * Decodes the items of an array, up to the first that does not decode; text that is no array has none. Some steps give
 * nothing; the end says whether there is something that is no item.
 *
 * @param body may come in pieces
 * @example [...decodeItems(['["a", ', '"b"]'], text)] // ["a", "b"]
 */
export function* decodeItems<T>(
  body: Iterable<string>,
  item: Shape<T>,
): Generator<T | undefined, boolean, undefined> {
  try {
    for (const node of scanItems(body)) yield node && decodeNode(node, item);
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof BodyError) return true;
    throw error;
  }
  return false;
}

function decodeNode<T>(node: JsonNode, shape: Shape<T>): T {
  const complaints: Complaints = { first: undefined };
  const value = shape.read(node, { structure: "", fields: [] }, complaints, shape.zero);
  if (complaints.first !== undefined) throw new BodyError(complaints.first);
  return value;
}

function* scanOrComplain(body: string): Steps<JsonNode> {
  try {
    return yield* scanSteps(body);
  } catch (error) {
    if (error instanceof JsonTextError) throw new BodyError(error.message, error.isCut);
    throw error;
  }
}

function mismatch(node: JsonNode, goType: string, path: FieldPath, complaints: Complaints): void {
  if (complaints.first !== undefined) return;
  const kind = node.kind === "number" && goType === "int" ? `number ${node.raw}` : node.kind;
  complaints.first = `json: cannot unmarshal ${kind} into ${whereOf(path)} of type ${goType}`;
}

function whereOf({ structure: name, fields }: FieldPath): string {
  return fields.length === 0 ? "Go value" : `Go struct field ${name}.${fields.join(".")}`;
}

/** A Go `string`; absent is `""`. */
export const text: Shape<string> = {
  goType: "string",
  zero: "",
  read(node, path, complaints, current) {
    if (node.kind === "string") return node.value;
    if (node.kind !== "null") mismatch(node, this.goType, path, complaints);
    return current;
  },
};

/** A Go `bool`; absent is false. */
export const flag: Shape<boolean> = {
  goType: "bool",
  zero: false,
  read(node, path, complaints, current) {
    if (node.kind === "bool") return node.value;
    if (node.kind !== "null") mismatch(node, this.goType, path, complaints);
    return current;
  },
};

/** A Go `float64`; absent is 0. */
export const float: Shape<number> = {
  goType: "float64",
  zero: 0,
  read(node, path, complaints, current) {
    if (node.kind === "null") return current;
    if (node.kind !== "number") {
      mismatch(node, this.goType, path, complaints);
      return current;
    }
    return double(node.raw, path, complaints) ?? current;
  },
};

/** A number as a double; undefined, and complained about, when no double is that large. */
function double(raw: string, path: FieldPath, complaints: Complaints): number | undefined {
  const value = Number(raw);
  if (Number.isFinite(value)) return value;
  complaints.first ??= `json: cannot unmarshal number ${raw} into ${whereOf(path)} of type float64`;
  return undefined;
}

/**
 * The number that digits name, within 64 bits as in Core; undefined for any other text. Beyond 2^53 all are
 * taken for the largest safe one, which is further than any list goes.
 */
export function wholeNumber(digits: string): number | undefined {
  const value = integerOf(digits);
  if (value === undefined) return undefined;
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > limit ? limit : value < -limit ? -limit : value);
}

/** A Go `int`; absent is 0. */
export const integer: Shape<number> = {
  goType: "int",
  zero: 0,
  read(node, path, complaints, current) {
    if (node.kind === "null") return current;
    const value = node.kind === "number" ? wholeNumber(node.raw) : undefined;
    if (value !== undefined) return value;
    mismatch(node, this.goType, path, complaints);
    return current;
  },
};

/**
 * Core counts with integers of any size, and keeps no row of 8,000 bytes. Digits beyond this many are refused as
 * no integer at all, since reading them takes time that grows with their square.
 */
const mostDigits = 1000;

/** A Go `*big.Int`: an integer literal; absent is null. */
export const bigInteger: Shape<bigint | null> = {
  goType: "*big.Int",
  zero: null,
  read(node) {
    if (node.kind === "null") return null;
    const digits = node.raw.replace("-", "");
    if (node.kind === "number" && digits.length <= mostDigits && /^\d+$/.test(digits))
      return BigInt(node.raw);
    const shown = JSON.stringify(node.raw.slice(0, mostDigits));
    throw new BodyError(`math/big: cannot unmarshal ${shown} into a *big.Int`);
  },
};

/** A Go `time.Time`: strict RFC 3339; absent is null. */
export const time: Shape<Instant | null> = {
  goType: "time.Time",
  zero: null,
  read(node, _path, _complaints, current) {
    if (node.kind === "null") return current;
    if (node.kind !== "string") throw new BodyError("Time.UnmarshalJSON: input is not a JSON string");
    try {
      // As written: an escape such as \u005a is no "Z" to Core, which reads the text between the quotes.
      return parseInstant(node.raw.slice(1, -1));
    } catch (error) {
      if (error instanceof TimeTextError) throw new BodyError(error.message);
      throw error;
    }
  },
};

/** A Go `map[string]interface{}`; absent or null is null. */
export const metadata: Shape<Metadata | null> = {
  goType: "map[string]interface {}",
  zero: null,
  read(node, path, complaints, current) {
    if (node.kind === "null") return null;
    if (node.kind === "object") {
      const sent = plainObject(node, path, complaints);
      return current === null ? sent : { ...current, ...sent };
    }
    mismatch(node, this.goType, path, complaints);
    return current;
  },
};

/** A Go `interface{}`: anything; absent is undefined. */
export const anything: Shape<unknown> = {
  goType: "interface {}",
  zero: undefined,
  read: (node, path, complaints) => plainValue(node, path, complaints),
};

/** Items that share a step: far less than others would notice. */
const itemsOfStep = 50;

/**
 * A Go slice; absent or null is null. Null items become the item's zero value. A list given twice is read
 * over the first one, item by item.
 */
export function list<T>(item: Shape<T>, goType = `[]${item.goType}`): Shape<readonly T[] | null> {
  return inSteps<readonly T[] | null>({
    goType,
    zero: null,
    *steps(node, path, complaints, current) {
      if (node.kind === "null") return null;
      if (node.kind !== "array") {
        mismatch(node, goType, path, complaints);
        return current;
      }
      const items: T[] = [];
      for (const [index, entry] of node.items.entries()) {
        items.push(item.read(entry, path, complaints, current?.[index] ?? item.zero));
        if (items.length % itemsOfStep === 0) yield;
      }
      return items;
    },
  });
}

/** A shape that is read in steps, and at once by taking all of them. */
function inSteps<T>(shape: Omit<Shape<T>, "read"> & Required<Pick<Shape<T>, "steps">>): Shape<T> {
  return {
    ...shape,
    read: (node, path, complaints, current) => ended(shape.steps(node, path, complaints, current)),
  };
}

/** A pointer: like the shape it points at, but null when absent. */
export function optional<T>(inner: Shape<T>): Shape<T | null> {
  return {
    goType: inner.goType,
    zero: null,
    read(node, path, complaints, current) {
      if (node.kind === "null") return null;
      return inner.read(node, path, complaints, current ?? inner.zero);
    },
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type DecodedFields<F extends Fields> = { readonly [K in keyof F]: Decoded<F[K]> };

/**
 * A Go struct.
 *
 * @param name as errors print it in front of a field (`CreateLedger`); `""` for an unnamed struct
 * @param goType as errors print it for a body of the wrong kind
 */
export function structure<F extends Fields>(
  name: string,
  fields: F,
  goType = `model.${name}`,
): Shape<DecodedFields<F>> {
  const zero = zeroOf(fields);
  const folded = new Map(Object.keys(fields).map((key) => [fold(key), key]));
  return inSteps({
    goType,
    zero,
    *steps(node, path, complaints, current) {
      if (node.kind === "null") return current;
      if (node.kind !== "object") {
        mismatch(node, goType, path, complaints);
        return current;
      }
      const value: Record<string, unknown> = { ...current };
      for (const member of node.members) {
        const key = Object.hasOwn(fields, member.key) ? member.key : folded.get(fold(member.key));
        const shape = key === undefined ? undefined : fields[key];
        if (key === undefined || shape === undefined) continue;
        const inner = { structure: name, fields: [...path.fields, key] };
        value[key] = yield* stepsOf(shape, member.node, inner, complaints, value[key]);
      }
      return value as DecodedFields<F>;
    },
  });
}

/** A key without regard to case; the long s and the Kelvin sign are letters too. */
function fold(key: string): string {
  return key.replaceAll("\u017f", "s").toLowerCase();
}

function zeroOf<F extends Fields>(fields: F): DecodedFields<F> {
  const zeros = Object.entries(fields).map(([key, shape]) => [key, shape.zero]);
  return Object.fromEntries(zeros) as DecodedFields<F>;
}

/** A JSON value as plain data; numbers are doubles. */
function plainValue(node: JsonNode, path: FieldPath, complaints: Complaints): unknown {
  if (node.kind === "null") return null;
  if (node.kind === "number") return double(node.raw, path, complaints);
  if (node.kind === "array") return node.items.map((item) => plainValue(item, path, complaints));
  if (node.kind === "object") return plainObject(node, path, complaints);
  return node.value;
}

function plainObject(node: JsonNode & { kind: "object" }, path: FieldPath, complaints: Complaints): Metadata {
  const result: Record<string, unknown> = {};
  for (const { key, node: inner } of node.members) {
    const value = plainValue(inner, path, complaints);
    if (key !== "__proto__") result[key] = value;
    // A key like any other, not a prototype.
    else Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}
