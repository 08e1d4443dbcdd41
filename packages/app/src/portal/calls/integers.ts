/**
 * JSON has one kind of number. An integer that a double holds is read as a
 * `number`, and a schema that wants `bigint`, as for money in minor units, would
 * refuse 5 and take 5 quintillions. So it is asked where it wants one, and gets it.
 */
import type { z } from "zod";

/** Checks a value; integers are `bigint` where the schema refuses them only for being numbers. */
export async function parseIntegers<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
): Promise<z.ZodSafeParseResult<Value>> {
  const first = await schema.safeParseAsync(value);
  if (first.success) return first;
  const wanted = wantedAt(first.error.issues);
  return wanted.within.size === 0 && !wanted.here ? first : schema.safeParseAsync(withBigints(value, wanted));
}

/** Where the schema wanted a `bigint`: the whole of the value, and what lies within it. */
type Wanted = { here: boolean; readonly within: Map<PropertyKey, Wanted> };

function wantedAt(issues: readonly z.core.$ZodIssue[]): Wanted {
  const root: Wanted = { here: false, within: new Map() };
  for (const path of bigintPaths(issues, [])) {
    let place = root;
    for (const key of path) {
      const next = place.within.get(key) ?? { here: false, within: new Map() };
      place.within.set(key, next);
      place = next;
    }
    place.here = true;
  }
  return root;
}

type Path = readonly PropertyKey[];

/** In the branches of unions too. */
function bigintPaths(issues: readonly z.core.$ZodIssue[], under: Path): readonly Path[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code === "invalid_union") return issue.errors.flatMap((branch) => bigintPaths(branch, path));
    return wantsBigint(issue) ? [path] : [];
  });
}

function wantsBigint(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "invalid_value") return issue.values.some((value) => typeof value === "bigint");
  return issue.code === "invalid_type" && issue.expected === "bigint";
}

/** One walk for all of them: a list can have hundreds of thousands. */
function withBigints(value: unknown, { here, within }: Wanted): unknown {
  if (here && Number.isSafeInteger(value)) return BigInt(value as number);
  if (within.size === 0 || typeof value !== "object" || value === null) return value;
  const inside = (key: PropertyKey, item: unknown) => {
    const wanted = within.get(key);
    return wanted === undefined ? item : withBigints(item, wanted);
  };
  if (Array.isArray(value)) return value.map((item: unknown, index) => inside(index, item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(key, item)]));
}
