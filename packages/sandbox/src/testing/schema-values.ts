/** Values made after a JSON schema, and values spoiled: what a fuzzer sends. */
import fc from "fast-check";

/** What is read of a schema. */
export type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
};

/** What nobody should send, and somebody does. */
const hostile: readonly unknown[] = [
  null,
  "",
  "\u0000",
  "\ud800",
  "a".repeat(10_000),
  "'; drop table audit; --",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "1e309",
  "NaN",
  "0001-01-01T00:00:00Z",
  "+275760-09-13T00:00:00Z",
  -1,
  0,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[[[[[[[]]]]]]]],
  { $gt: 1 },
  true,
];

/**
 * Values that a schema describes; about a third are spoiled somewhere.
 *
 * @param known texts that mean something to who is asked, such as the ids of what exists.
 */
export function valuesOf(schema: JsonSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  const good = goodValues(schema, known);
  const bad = fc.constantFrom(...hostile);
  return fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad });
}

function goodValues(schema: JsonSchema, known: readonly string[]): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valuesOf(choice, known)));
  const { minimum, maximum } = schema;
  const range = {
    ...(minimum === undefined ? {} : { min: Math.ceil(minimum) }),
    ...(maximum === undefined ? {} : { max: Math.floor(Math.min(maximum, Number.MAX_SAFE_INTEGER)) }),
  };
  switch (schema.type) {
    case "string":
      return fc.oneof(fc.constantFrom(...known), fc.string({ unit: "grapheme", maxLength: 40 }));
    case "integer":
      return fc.integer(range);
    case "number":
      return fc.oneof(fc.integer(range), fc.double({ noNaN: true, min: -1e12, max: 1e12 }));
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(valuesOf(schema.items ?? {}, known), { maxLength: 4 });
    case "object":
      return objects(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objects({ properties = {}, required = [] }: JsonSchema, known: readonly string[]) {
  const members = Object.entries(properties).map(([name, one]) => [name, valuesOf(one, known)] as const);
  const named = fc.record(Object.fromEntries(members), {
    requiredKeys: [...required] as never[],
  });
  const others = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });
  return fc.tuple(named, others).map(([fields, more]) => ({ ...more, ...fields }));
}
