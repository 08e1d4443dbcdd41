/** Queries of the pages, and answers that need not be sent twice. */
import { createHash } from "node:crypto";
import { AppError, type PortalContext } from "@annex/app";
import { numberInDigits, problemInWords, stringifyExactJson } from "@annex/protocol";
import { z } from "zod";

/** One or several words of a list, parted by commas. */
export function words<Word extends string>(allowed: readonly Word[]) {
  return z
    .string()
    .transform((text) => text.split(",").filter((word) => word !== ""))
    .pipe(z.array(z.enum(allowed)))
    .transform((list) => (list.length === 0 ? undefined : list))
    .optional();
}

/** A whole number from 1 on, written in digits. */
export function countUpTo(largest: number) {
  return z.preprocess((text) => numberInDigits(text) ?? text, z.int().min(1).max(largest));
}

export function limitOf(size: { readonly default: number; readonly largest: number }) {
  return countUpTo(size.largest).default(size.default);
}

/** @throws AppError 422 naming the parameter. */
export function readQuery<Shape extends z.ZodRawShape>(
  c: PortalContext,
  shape: Shape,
): z.output<z.ZodObject<Shape>> {
  const given = Object.keys(shape).map((name) => [name, c.query(name)] as const);
  const parsed = z
    .object(shape)
    .safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  throw new AppError({
    code: "invalid_query",
    status: 422,
    whatHappened: `The parameter ${field} ${issue === undefined ? "cannot be read" : problemInWords(issue)}.`,
    whatToDo: `Leave ${field} out or correct it.`,
    details: { field },
  });
}

/** JSON with an `ETag`, or 304 where the page has it already. */
export function tagged(c: PortalContext, value: unknown): Response {
  const body = stringifyExactJson(value);
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const headers = { ETag: tag, "Cache-Control": "no-store" };
  if (c.request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "Content-Type": "application/json; charset=utf-8" } });
}
