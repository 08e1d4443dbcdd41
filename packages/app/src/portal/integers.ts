/**
 * JSON has one kind of number. An integer that a double holds is read as a
 * `number`, and a schema that wants `bigint`, as for money in minor units, would
 * refuse 5 and take 5 quintillions. So it is asked where it wants one, and gets it.
 */
import type { z } from "zod";

/** Checks a value; integers are `bigint` where the schema refuses them only for being numbers. */
export function parseIntegers<Value>(schema: z.ZodType<Value>, value: unknown): z.ZodSafeParseResult<Value> {
  const first = schema.safeParse(value);
  if (first.success) return first;
  const wanted = bigintPaths(first.error.issues, []);
  const converted = wanted.reduce((whole, path) => withBigint(whole, path), value);
  const second = converted === value ? first : schema.safeParse(converted);
  return second;
}

type Path = readonly PropertyKey[];

/** Where the schema wanted a `bigint`, in the branches of unions too. */
function bigintPaths(issues: readonly z.core.$ZodIssue[], under: Path): readonly Path[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code === "invalid_union") return issue.errors.flatMap((branch) => bigintPaths(branch, path));
    return issue.code === "invalid_type" && issue.expected === "bigint" ? [path] : [];
  });
}

function withBigint(value: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return Number.isSafeInteger(value) ? BigInt(value as number) : value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  const inside: unknown = Reflect.get(value, key);
  const converted = withBigint(inside, rest);
  if (converted === inside) return value;
  return Array.isArray(value) ? value.with(Number(key), converted) : { ...value, [key]: converted };
}
