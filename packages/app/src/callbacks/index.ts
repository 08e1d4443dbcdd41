/**
 * The two doors Cloud knocks at: `/cloud/<secret>/callback` and
 * `/cloud/<secret>/portal`. Source, capability, method, size, JSON, schema, in this
 * order; what comes through is an event or a portal request, which is answered with
 * a fresh link. Implements contract sections 3 to 6 up to the decision, and the
 * portal generator of section 7. A wrong secret is answered like any unknown path;
 * every refusal is a line in the log, and no path below `/cloud` is.
 */
import type { CallbackEvent, Parsed } from "@annex/protocol";
import { newReference, notFound } from "../errors/index.ts";
import { type Answer, type Exchange, jsonAnswer } from "../http/exchange.ts";
import type { Conflict, Decision } from "../installations/decision.ts";
import type { Installations } from "../lifecycle/index.ts";
import type { Log } from "../log/index.ts";
import { invalidFields, type Refusal, readJson, refusalAnswer } from "./body.ts";
import { createCapability } from "./capability.ts";
import { type Knocking, watchKnocking } from "./knocking.ts";
import { loadSchemas, readInstallQuickly } from "./quick-reading.ts";
import { mayKnock, type SourceRules, sourceOf } from "./sources.ts";

/** What follows behind the second door. */
export type AnswerLaunch = (body: unknown) => Promise<Answer>;

export type CallbacksParts = {
  readonly secrets: readonly string[];
  readonly sources: SourceRules;
  readonly installations: Installations;
  readonly launch: AnswerLaunch;
  /** Now, in milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
};

type Parts = CallbacksParts & { readonly knocking: Knocking };

/** Answers what is asked below `/cloud`. */
export function createCallbacks(given: CallbacksParts): (exchange: Exchange) => Promise<Answer> {
  const isCapability = createCapability(given.secrets);
  const parts: Parts = { ...given, knocking: watchKnocking(given.log, given.clock) };
  return async (exchange) => {
    if (!mayKnock(exchange, parts.sources)) return turnAway(parts, exchange, refusedSource);
    const door = openDoor(exchange.path, isCapability);
    if (door === undefined) return turnAway(parts, exchange, notFound);
    if (exchange.method !== "POST") return refuseMethod(parts, exchange.method);
    const body = await readJson(exchange);
    if (!body.ok) return refuse(parts, body.refusal);
    return door === "callback" ? answerEvent(parts, body.json) : parts.launch(body.json);
  };
}

/**
 * Said before the secret is looked at, so that it tells nothing of it: whatever was asked for, these are the same down
 * to the last byte, and carry no reference for that.
 */
const refusedSource = jsonAnswer(
  403,
  JSON.stringify({
    error: "Requests from this address are not taken here.",
    code: "source_not_allowed",
    next: "Whoever runs the app names the addresses that are, in ANNEX_ALLOWED_SOURCES.",
  }),
);

const tooMuch = jsonAnswer(
  429,
  JSON.stringify({
    error: "Too many requests from this address were refused.",
    code: "rate_limited",
    next: "Ask again in a minute, at the address that was registered.",
  }),
  { "cache-control": "no-store", "retry-after": "60" },
);

// Who does not know the secret.
function turnAway({ knocking, sources }: Parts, exchange: Exchange, answer: Answer): Answer {
  const source = sourceOf(exchange, sources.trustedProxies);
  const sent = knocking.isTooMuch(source) ? tooMuch : answer;
  knocking.log("A request to the doors was turned away.", { status: sent.status, source });
  return sent;
}

const doors = /^\/cloud\/([^/]*)\/(callback|portal)$/;

function openDoor(
  path: string,
  isCapability: (presented: string) => boolean,
): "callback" | "portal" | undefined {
  const match = doors.exec(path);
  // Compared even where the path has no such form, so that both cost the same.
  const right = isCapability(match?.[1] ?? "");
  return right ? (match?.[2] as "callback" | "portal" | undefined) : undefined;
}

async function answerEvent(parts: Parts, body: unknown): Promise<Answer> {
  const parsed = await readEvent(body);
  if (!parsed.ok) return refuse(parts, invalidFields(parsed.problems));
  const event = parsed.value;
  const { installations } = parts;
  const decision =
    event.kind === "install" ? await installations.install(event) : await installations.uninstall(event);
  return answerDecision(parts, event, decision);
}

async function readEvent(body: unknown): Promise<Parsed<CallbackEvent>> {
  const quick = readInstallQuickly(body);
  if (quick !== undefined) return { ok: true, value: quick };
  const { parseCallbackEvent } = await loadSchemas();
  return parseCallbackEvent(body);
}

function answerDecision(parts: Parts, event: CallbackEvent, decision: Decision): Answer {
  const about = { event: event.kind, installed_app_id: event.installedAppId, because: decision.because };
  if (decision.outcome === "conflict") return refuse(parts, conflictRefusal(decision.because), about);
  parts.log.info("Event acknowledged.", about);
  return acknowledgements[decision.because] ?? acknowledgement(decision.because);
}

const acknowledgements: Record<string, Answer> = {};

// The same few answers over and over; each is made once.
function acknowledgement(because: string): Answer {
  const answer = jsonAnswer(200, JSON.stringify({ status: "acknowledged", because }));
  acknowledgements[because] = answer;
  return answer;
}

const newInstallation =
  "Uninstall the app and install it again: that is an installation with an id and a key of its own.";

const conflicts: Readonly<Record<Conflict, Pick<Refusal, "error" | "next" | "field"> & { status?: number }>> =
  {
    idempotency_key_reused: {
      error: "This idempotency_key came with a different body before; nothing was changed.",
      next: "Send the event as it was the first time, or another one under a key of its own.",
      field: "idempotency_key",
    },
    idempotency_key_of_another: {
      status: 422,
      error:
        "This idempotency_key names another installation than installed_app_id does; nothing was changed.",
      next: "Send the event with the idempotency_key of its own installation.",
      field: "idempotency_key",
    },
    installation_of_another_tenant: {
      error: "This installation belongs to another app, organization or instance; nothing was changed.",
      next: "Send the event with the app_id, organization_id and instance_id of this installation.",
      field: "installed_app_id",
    },
    installation_differs: {
      error: "This installation is known with other particulars; nothing was changed.",
      next: newInstallation,
      field: "installed_app_id",
    },
    key_differs: {
      error: "This installation has another key, which still works; nothing was changed.",
      next: newInstallation,
      field: "api_key",
    },
  };

function conflictRefusal(because: Conflict): Refusal {
  return { status: 409, code: because, ...conflicts[because] };
}

// Cloud looks whether a URL is there when an app is registered; that is no event worth a warning.
function refuseMethod(parts: Parts, method: string): Answer {
  const refusal = methodRefusal(method);
  if (method !== "GET" && method !== "HEAD") return refuse(parts, refusal);
  parts.log.info("A door was looked at.", { method });
  return refusalAnswer(refusal, newReference());
}

function methodRefusal(method: string): Refusal {
  return {
    status: 405,
    code: "method_not_allowed",
    error: `${method.slice(0, 20)} is not possible here; POST is wanted.`,
    next: "Register this address as it stands; nobody has to open it.",
  };
}

function refuse({ knocking }: Parts, refusal: Refusal, about: object = {}): Answer {
  const reference = newReference();
  const { status, code, field } = refusal;
  knocking.log("Callback refused.", { ...about, reference, status, code, field });
  return refusalAnswer(refusal, reference);
}
