/**
 * The one way a write goes: noted, sent, settled; when its answer was lost, now or in an earlier execution, looked
 * for in Cloud before it is sent again. Without a scope a write is sent, and that is all.
 */
import { CloudError, EffectChanged, MissingScope, OutcomeUnknown } from "../errors/index.ts";
import { canonical, digest, referenceFrom } from "./derivation.ts";
import type { Effect, EffectKind, EffectNote, EffectScope } from "./scope.ts";

/** What a look into Cloud says about a write that may have been done. */
export type Sighting<Body, Result> =
  | { readonly sight: "done"; readonly result: Result }
  | { readonly sight: "absent" }
  /** A part of it was done; `rest` is what remains to be sent. */
  | { readonly sight: "part"; readonly rest: Body }
  /** Cloud cannot tell. */
  | { readonly sight: "unclear" };

/** One write of the client, with all that is needed to do it once. */
export interface Write<Body, Result> {
  readonly kind: EffectKind;
  /** The record that is changed, where there is one. */
  readonly target?: string | undefined;
  /** In words for a person, such as "the commit of txn_1". */
  readonly what: string;
  /** Where a person sees whether it was done, as the rest of a sentence that begins with "Look". */
  lookAt(effect: Effect): string;
  readonly body: Body;
  /** A reference the author gave; left out, one is derived. */
  readonly reference?: string | undefined;
  /** Sending it again does no harm: Cloud refuses a second one with the same reference, or it changes nothing. */
  readonly repeatable?: boolean;
  /** It can be refused with a part of it done, so that a refusal does not settle it. */
  readonly divisible?: boolean;
  /** Milliseconds between the looks before something that is not there is believed absent. */
  readonly patience?: readonly number[] | undefined;
  /** What is there before it is sent, for rules that compare; plain JSON. */
  readonly before?: (() => Promise<unknown>) | undefined;
  /** Puts the reference into what is sent, for records that have no place of their own for one. */
  mark?(body: Body, reference: string): Body;
  send(body: Body, reference: string): Promise<Result>;
  /** `effect` is as it was first noted, at `notedAt` by this process's clock; `seen` where a person saw it done. */
  look(effect: Effect, notedAt: Date, seen?: "done"): Promise<Sighting<Body, Result>>;
  /** Whether a refusal says that it is there already. */
  saysDone?(error: CloudError): boolean;
  /** Reads a result as it was noted. */
  recall(noted: unknown): Result;
  /** The result where a person saw that it was done and Cloud does not show it; left out where it has to. */
  assume?(effect: Effect): Result;
}

/** Sends writes, once each where there is a scope. */
export interface Effects {
  perform<Body, Result>(write: Write<Body, Result>): Promise<Result>;
}

type Sleep = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
type Tools = {
  readonly sleep: Sleep;
  readonly clock: () => Date;
  /** Rejects where nothing could be sent anyway, such as for want of a key: asked before anything is noted. */
  readonly ready: () => Promise<void>;
  readonly newReference: () => string;
};
type Parts = Tools & { readonly scope: EffectScope };

/** A write that lost its answer is noticed a moment after it was done. */
const usualPatience: readonly number[] = [0, 250, 1000];
/** How often one call sends a write whose answers are lost and that Cloud does not show. */
const deliveries = 3;

/** Binds the way of a write to a scope, or to none. */
export function createEffects(scope: EffectScope | undefined, tools: Tools): Effects {
  const counts = new Map<string, number>();
  return {
    perform(write) {
      if (scope === undefined) return write.send(write.body, write.reference ?? tools.newReference());
      // Counted before anything is awaited, so that calls made side by side keep the order they were made in.
      const name = write.target === undefined ? write.kind : `${write.kind}:${write.target}`;
      const number = counts.get(name) ?? 0;
      counts.set(name, number + 1);
      return performOnce({ ...tools, scope }, write, `${name}#${number}`);
    },
  };
}

async function performOnce<Body, Result>(parts: Parts, write: Write<Body, Result>, id: string) {
  await parts.ready();
  const effect = await describe(parts.scope, write, id);
  const note = await parts.scope.intend(effect);
  if (note.state === "new") return deliver(parts, write, firstDelivery(parts, write, effect));
  if (note.effect.fingerprint !== effect.fingerprint) throw new EffectChanged(id, write.what);
  return note.state === "done" ? write.recall(note.result) : resume(parts, write, note, effect);
}

async function describe<Body, Result>(
  scope: EffectScope,
  write: Write<Body, Result>,
  id: string,
): Promise<Effect> {
  const reference = write.reference ?? referenceFrom(await digest(`${scope.key}\n${id}`));
  const before = await write.before?.().catch(withoutScope);
  return {
    id,
    kind: write.kind,
    ...(write.target === undefined ? {} : { target: write.target }),
    reference,
    fingerprint: await digest(canonical(write.body)),
    what: write.what,
    ...(before === undefined ? {} : { before }),
  };
}

/** An earlier execution may have sent it: what Cloud shows decides, and where it shows nothing, what a person saw. */
async function resume<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  note: Extract<EffectNote, { state: "open" }>,
  anew: Effect,
): Promise<Result> {
  const { effect, seen } = note;
  if (seen === "not-done") {
    await parts.scope.settle(effect, { outcome: "not-done" });
    await parts.scope.intend(anew);
    return deliver(parts, write, firstDelivery(parts, write, anew));
  }
  const sighting = await lookFor(parts, write, note);
  if (seen === "done" && sighting.sight !== "done") {
    if (write.assume !== undefined) return settled(parts, effect, write.assume(effect));
    // What a person saw is not sent a second time because Cloud does not show it here, unless a reference forbids two.
    if (write.repeatable !== true) throw unknownOutcome(write, effect, undefined, seen);
  }
  const delivery = { ...firstDelivery(parts, write, effect), notedAt: note.notedAt, sentBefore: true };
  return goOn(parts, write, delivery, sighting, undefined);
}

type Delivery<Body> = {
  readonly effect: Effect;
  readonly notedAt: Date;
  readonly body: Body;
  /** Whether it may have been sent already. */
  readonly sentBefore: boolean;
  readonly deliveries?: number;
};

function firstDelivery<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  effect: Effect,
): Delivery<Body> {
  const body = write.mark?.(write.body, effect.reference) ?? write.body;
  return { effect, notedAt: parts.clock(), body, sentBefore: false };
}

async function deliver<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  delivery: Delivery<Body>,
): Promise<Result> {
  let result: Result;
  try {
    result = await write.send(delivery.body, delivery.effect.reference);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return afterFailure(parts, write, delivery, error);
  }
  return settled(parts, delivery.effect, result);
}

async function afterFailure<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  delivery: Delivery<Body>,
  error: CloudError,
): Promise<Result> {
  const { effect, sentBefore } = delivery;
  const ours = sentBefore || (write.repeatable === true && write.reference === undefined);
  const isThere = ours && write.saysDone?.(error) === true;
  if (error.outcome !== "unknown" && !isThere) {
    const nothingDone = !sentBefore && (write.divisible !== true || error.outcome === "not-sent");
    if (nothingDone) await parts.scope.settle(effect, { outcome: "not-done" });
    throw error;
  }
  const sent = (delivery.deliveries ?? 0) + 1;
  const sighting = await lookFor(parts, write, delivery).catch((lookError: unknown) => {
    // The failure of the look says less than that of the write; a caller who gave up is heard.
    throw lookError instanceof CloudError ? error : lookError;
  });
  const conclusion = sighting.sight === "absent" && isThere ? ({ sight: "unclear" } as const) : sighting;
  const sendsAgain = conclusion.sight === "absent" || conclusion.sight === "part";
  if (sendsAgain && sent >= deliveries) throw error;
  return goOn(parts, write, { ...delivery, sentBefore: true, deliveries: sent }, conclusion, error);
}

function goOn<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  delivery: Delivery<Body>,
  sighting: Sighting<Body, Result>,
  cause: CloudError | undefined,
): Promise<Result> {
  const { effect } = delivery;
  switch (sighting.sight) {
    case "done":
      return settled(parts, effect, sighting.result);
    case "part":
      return deliver(parts, write, { ...delivery, body: sighting.rest });
    case "absent":
      return deliver(parts, write, delivery);
    case "unclear":
      throw unknownOutcome(write, effect, cause);
  }
}

function unknownOutcome<Body, Result>(
  write: Write<Body, Result>,
  effect: Effect,
  cause: CloudError | undefined,
  seen?: "done",
): OutcomeUnknown {
  const lookAt = write.lookAt(effect);
  return new OutcomeUnknown({ effectId: effect.id, what: write.what, lookAt, cause, seen });
}

async function lookFor<Body, Result>(
  parts: Parts,
  write: Write<Body, Result>,
  about: { readonly effect: Effect; readonly notedAt: Date; readonly seen?: "done" | "not-done" | undefined },
): Promise<Sighting<Body, Result>> {
  const seen = about.seen === "done" ? about.seen : undefined;
  let sighting: Sighting<Body, Result> = { sight: "absent" };
  try {
    for (const pause of write.patience ?? usualPatience) {
      if (pause > 0) await parts.sleep(pause, undefined);
      sighting = await write.look(about.effect, about.notedAt, seen);
      if (sighting.sight !== "absent") return sighting;
    }
    return sighting;
  } catch (error) {
    withoutScope(error);
    // Where nothing may be read, a second one is sent only if that does no harm.
    return { sight: write.repeatable === true ? "absent" : "unclear" };
  }
}

/** Nothing is seen without the permission to read; any other failure stays one. */
function withoutScope(error: unknown): undefined {
  if (error instanceof MissingScope) return undefined;
  throw error;
}

async function settled<Result>(parts: Parts, effect: Effect, result: Result): Promise<Result> {
  await parts.scope.settle(effect, { outcome: "done", result: result ?? null });
  return result;
}
