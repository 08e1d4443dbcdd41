/** The simulator's own doors under `/simulator`: faults, totals, and new activity. No part of Stripe's API. */
import { problemInWords } from "@annex/protocol/problem-words";
import { z } from "zod";
import { faultKinds } from "./faults.ts";
import { addSales } from "./history.ts";
import { totalsOf } from "./totals.ts";
import type { World } from "./world.ts";

const faultSchema = z
  .strictObject({
    kind: z.enum(faultKinds),
    count: z.int().min(1).optional(),
    after: z.int().min(0).optional(),
    retry_after: z.int().min(0).max(3600).optional(),
    delay_ms: z.int().min(0).max(600_000).optional(),
  })
  .transform(({ retry_after: retryAfterSeconds, delay_ms: delayMilliseconds, ...fault }) => ({
    ...fault,
    retryAfterSeconds,
    delayMilliseconds,
  }));
const activitySchema = z.strictObject({ sales: z.int().min(1).max(500) });
const keySchema = z.strictObject({
  // Any other key that is entered in the settings is Stripe's own, and asked of Stripe.
  key: z.string().startsWith("rk_test_annex_", "must begin with rk_test_annex_"),
  permissions: z.array(z.string().startsWith("rak_")),
});
const revokedSchema = z.strictObject({ key: z.string().min(1) });

export type ControlAnswer = { readonly status: number; readonly body: unknown };

/**
 * | call | answer |
 * |---|---|
 * | `GET /simulator/totals` | `{data: CurrencyTotals[]}` |
 * | `GET /simulator/faults` | `{data: Fault[]}` |
 * | `POST /simulator/faults` `{kind, count?, after?, retry_after?, delay_ms?}` | 201, the faults now set |
 * | `DELETE /simulator/faults` | 200, none left |
 * | `POST /simulator/activity` `{sales}` | 201, the ids of the new charges |
 * | `PUT /simulator/keys` `{key, permissions}` | 201; a restricted key (`rk_test_annex_…`) may what is named, and nothing else |
 * | `DELETE /simulator/keys` `{key}` | 201; the key opens nothing any more |
 *
 * @param before is called with what is about to be done known to be valid; where it throws, nothing is done.
 */
export function control(
  world: World,
  method: string,
  path: string,
  body: string,
  before: () => void = () => undefined,
): ControlAnswer {
  const { account, faults, keys } = world;
  const acting = <T>(schema: z.ZodType<T>, act: (value: T) => unknown) =>
    withBody(schema, body, (value) => {
      before();
      return act(value);
    });
  if (path === "/simulator/totals" && method === "GET") return ok({ data: totalsOf(account) });
  if (path === "/simulator/faults" && method === "GET") return ok({ data: faults.list() });
  if (path === "/simulator/faults" && method === "DELETE") {
    faults.clear();
    return ok({ data: [] });
  }
  if (path === "/simulator/faults" && method === "POST") {
    return acting(faultSchema, (fault) => {
      faults.add(fault);
      return { data: faults.list() };
    });
  }
  if (path === "/simulator/activity" && method === "POST") {
    return acting(activitySchema, ({ sales }) => ({
      data: addSales(account, sales).map((charge) => charge.id),
    }));
  }
  if (path === "/simulator/keys" && method === "PUT") {
    return acting(keySchema, ({ key, permissions }) => {
      keys.grant(key, permissions);
      return { data: permissions };
    });
  }
  if (path === "/simulator/keys" && method === "DELETE") {
    return acting(revokedSchema, ({ key }) => {
      keys.revoke(key);
      return { data: [] };
    });
  }
  return {
    status: 404,
    body: { error: `${method} ${path} is not a door of the simulator.`, code: "not_found" },
  };
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}

function withBody<T>(schema: z.ZodType<T>, text: string, act: (value: T) => unknown): ControlAnswer {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { status: 201, body: act(parsed.data) };
  const [problem] = parsed.error.issues;
  const field = problem?.path.join(".") ?? "";
  const words = problem === undefined ? "is not valid" : problemInWords(problem);
  const error = `${field === "" ? "body" : field}: ${words}`;
  return { status: 422, body: { error, code: "invalid_body", field } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
