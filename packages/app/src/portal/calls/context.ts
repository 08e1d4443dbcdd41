/** Makes the context of one portal call out of what is bound to the installation. */
import { hash, randomUUID } from "node:crypto";
import { parseExactJson } from "@annex/protocol/words";
import type { z } from "zod";
import type { InstallationContext } from "../../context/index.ts";
import type { Exchange } from "../../http/exchange.ts";
import type { Installation } from "../../installations/installation.ts";
import type { InstallationJobs } from "../../jobs/interface.ts";
import { emptyBody, readJsonBody } from "../../request-body/index.ts";
import type { InstallationSecrets } from "../../secrets/index.ts";
import type { PortalContext } from "../interface.ts";
import type { Deadline } from "./deadline.ts";
import { checked } from "./input.ts";
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
  return new CallContext(parts);
}

/** A class, because an object that is written with a getter has a shape of its own for good, and one is made a call. */
class CallContext implements PortalContext {
  readonly installation: PortalContext["installation"];
  readonly data: PortalContext["data"];
  readonly audit: PortalContext["audit"];
  readonly log: PortalContext["log"];
  readonly user: PortalContext["user"];
  readonly jobs: PortalContext["jobs"];
  readonly #parts: PortalContextParts;
  #secrets: InstallationSecrets | undefined;
  #effectKey: string | undefined;
  #request: Request | undefined;
  #query: URLSearchParams | undefined;

  constructor(parts: PortalContextParts) {
    const { bound, jobs, userId } = parts;
    this.installation = bound.installation;
    this.data = bound.data;
    this.audit = bound.audit;
    this.log = bound.log;
    this.user = userId === undefined ? {} : { userId };
    this.jobs = jobs;
    this.#parts = parts;
  }

  get cloud() {
    return this.#parts.bound.cloud;
  }

  get secrets() {
    const { secretsOf, bound, userId } = this.#parts;
    this.#secrets ??= secretsOf(bound.installation, userId);
    return this.#secrets;
  }

  get effectKey() {
    this.#effectKey ??= effectKeyOf(this.#parts.press ?? randomUUID());
    return this.#effectKey;
  }

  get signal() {
    return this.#parts.deadline.signal();
  }

  get request() {
    this.#request ??= this.#parts.exchange.request();
    return this.#request;
  }

  // Fields and no methods: a handler may take them out of its context and call them alone.
  readonly param: PortalContext["param"] = (name) => parameter(this.#parts.parameters, name);
  readonly query: PortalContext["query"] = (name) => {
    this.#query ??= new URLSearchParams(this.#parts.exchange.search);
    return this.#query.get(name) ?? undefined;
  };
  readonly body: PortalContext["body"] = (schema) => readBody(this.#parts.exchange, schema);
  readonly json: PortalContext["json"] = (value, status = 200) => ({ status, json: value });
  readonly form: PortalContext["form"] = () => this.#parts.form ?? new URLSearchParams();
  readonly html: PortalContext["html"] = (page, status = 200) => ({ status, html: page });
  readonly noContent: PortalContext["noContent"] = () => ({ status: 204, json: undefined });
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
  const value = await readJsonBody(exchange, callBodyLimit, readText);
  if (value !== undefined) return checked(schema, value, { code: "invalid_body", root: "body" });
  // A schema's own function may throw where it reads a field of nothing: it wanted a body.
  const result = await parseIntegers(schema, undefined).catch(() => undefined);
  if (result?.success !== true) throw emptyBody();
  return result.data;
}

/** No body at all is `undefined`, which a schema may take. */
function readText(text: string): unknown {
  return text === "" ? undefined : parseExactJson(text);
}
