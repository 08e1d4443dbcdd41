/** Makes the context of one portal call out of what is bound to the installation. */
import { hash, randomUUID } from "node:crypto";
import { parseExactJson } from "@annex/protocol/words";
import type { z } from "zod";
import type { PortalContext } from "../context.ts";
import { AppError } from "../errors/app-error.ts";
import type { Exchange } from "../exchange.ts";
import type { InstallationContext } from "../installation-context.ts";
import type { Installation } from "../installations/installation.ts";
import type { InstallationJobs } from "../jobs/interface.ts";
import { readJsonBody } from "../json-body.ts";
import type { InstallationSecrets } from "../secrets/index.ts";
import type { Deadline } from "./deadline.ts";
import { parseIntegers } from "./integers.ts";

/** Largest body of a portal call, in bytes. */
const callBodyLimit = 1024 * 1024;

/** The secrets of an installation, in the hands of a member. */
export type SecretsOf = (installation: Installation, userId: string | undefined) => InstallationSecrets;

/** What a call's context is made of. */
export type PortalContextParts = {
  readonly exchange: Exchange;
  readonly bound: InstallationContext;
  readonly secretsOf: SecretsOf;
  readonly userId: string | undefined;
  readonly jobs: InstallationJobs;
  readonly parameters: Readonly<Record<string, string>>;
  readonly form: URLSearchParams | undefined;
  readonly deadline: Deadline;
  /** Names the press that the call belongs to; nothing where it came without a key. */
  readonly press: string | undefined;
};

export function createPortalContext(parts: PortalContextParts): PortalContext {
  const { exchange, bound, secretsOf, userId, jobs, parameters, form, deadline, press } = parts;
  let secrets: InstallationSecrets | undefined;
  let effectKey: string | undefined;
  let request: Request | undefined;
  let query: URLSearchParams | undefined;
  return {
    installation: bound.installation,
    get cloud() {
      return bound.cloud;
    },
    data: bound.data,
    get secrets() {
      secrets ??= secretsOf(bound.installation, userId);
      return secrets;
    },
    audit: bound.audit,
    log: bound.log,
    user: userId === undefined ? {} : { userId },
    jobs,
    get effectKey() {
      effectKey ??= effectKeyOf(press ?? randomUUID());
      return effectKey;
    },
    get signal() {
      return deadline.signal;
    },
    get request() {
      request ??= exchange.request();
      return request;
    },
    param: (name) => parameter(parameters, name),
    query: (name) => {
      query ??= new URLSearchParams(exchange.search);
      return query.get(name) ?? undefined;
    },
    body: (schema) => readBody(exchange, schema),
    json: (value, status = 200) => ({ status, json: value }),
    form: () => form ?? new URLSearchParams(),
    html: (page, status = 200) => ({ status, html: page }),
    noContent: () => ({ status: 204, json: undefined }),
  };
}

/** As short as every provider takes it, and nothing of the page's own key in it. */
function effectKeyOf(press: string): string {
  return `annex${hash("sha256", press, "base64url")}`;
}

function parameter(parameters: Readonly<Record<string, string>>, name: string): string {
  const raw = parameters[name];
  if (raw === undefined) throw new Error(`The route has no parameter :${name}.`);
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

async function readBody<Value>(exchange: Exchange, schema: z.ZodType<Value>): Promise<Value> {
  const value = await readJsonBody(exchange, callBodyLimit, parseExactJson);
  const result = parseIntegers(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "body" : issue.path.map(String).join(".");
  throw new AppError({
    code: "invalid_body",
    status: 422,
    whatHappened: `${field}: ${issue?.message ?? "is not valid"}`,
    whatToDo: "Correct this field and send it again.",
    details: { field },
  });
}
