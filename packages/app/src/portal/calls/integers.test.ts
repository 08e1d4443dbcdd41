import { expect, test } from "vitest";
import { z } from "zod";
import { parseIntegers } from "./integers.ts";

const parsed = async (schema: z.ZodType, value: unknown) => (await parseIntegers(schema, value)).data;

test.each<readonly [string, z.ZodType, unknown, unknown]>([
  ["a field", z.object({ minor: z.bigint() }), { minor: 5 }, { minor: 5n }],
  ["a list", z.array(z.bigint()), [1, 2], [1n, 2n]],
  ["a record", z.record(z.string(), z.bigint()), { a: 1 }, { a: 1n }],
  ["one of several", z.object({ minor: z.union([z.bigint(), z.string()]) }), { minor: 5 }, { minor: 5n }],
  ["a literal", z.object({ minor: z.literal([5n, 6n]) }), { minor: 5 }, { minor: 5n }],
  ["the body itself", z.bigint(), 5, 5n],
  [
    "what is asked of it after a while",
    z.object({ minor: z.bigint() }).refine(async () => true),
    { minor: 5 },
    { minor: 5n },
  ],
  ["a fraction", z.object({ minor: z.bigint() }), { minor: 5.5 }, undefined],
  ["another literal", z.object({ minor: z.literal(5n) }), { minor: 6 }, undefined],
])("a bigint is read where the schema wants one: %s", async (_what, schema, value, wanted) => {
  expect(await parsed(schema, value)).toEqual(wanted);
});

// Each of them copied the whole list: a member's call of a megabyte kept the process busy for a quarter of an hour.
test("of a long list all are read in one walk", async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => index);
  expect(await parsed(z.array(z.bigint()), many)).toHaveLength(many.length);
});
