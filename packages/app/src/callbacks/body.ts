import type { FieldProblem } from "@annex/protocol";
import { callbackBodyLimit } from "@annex/protocol/words";
import { AppError } from "../errors/app-error.ts";
import { encodingHeader } from "../errors/index.ts";
import { type Answer, type Exchange, jsonAnswer } from "../http/exchange.ts";
import { readJsonBody } from "../request-body/index.ts";

/** Why a callback or portal request is refused, in the shape of contract section 8, with the field and what to do next. */
export type Refusal = {
  readonly status: number;
  readonly code: string;
  readonly error: string;
  readonly next: string;
  readonly field?: string;
  readonly problems?: readonly FieldProblem[];
};

/** Either the parsed JSON or the refusal. */
export type ParsedBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads a body of at most 64 KiB as JSON; the sender is known by the URL, not by what it says of the body. */
export async function readJson(exchange: Exchange): Promise<ParsedBody> {
  try {
    return { ok: true, json: await readJsonBody(exchange, callbackBodyLimit, JSON.parse) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { status, code, whatHappened, whatToDo } = error;
    return { ok: false, refusal: { status, code, error: whatHappened, next: whatToDo, field: "body" } };
  }
}

/** The refusal of a body that is JSON but not the wanted one: names each field and why. */
export function invalidFields(problems: readonly [FieldProblem, ...FieldProblem[]]): Refusal {
  const [first] = problems;
  return {
    status: 422,
    code: "invalid_body",
    error: `${first.field}: ${first.problem}`,
    next: "Nothing was stored. Send it again with this field as it should be.",
    field: first.field,
    problems,
  };
}

/** A refusal as an answer, with the reference it has in the log. */
export function refusalAnswer(refusal: Refusal, reference: string): Answer {
  const { status, ...body } = refusal;
  return jsonAnswer(status, JSON.stringify({ ...body, reference }), {
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "POST" } : {}),
    ...encodingHeader(status),
  });
}
