/** Both sides, asked now. */
import { AppError, type PortalContext } from "@annex/app";
import { CloudError, InstanceUnavailable, RateLimited } from "@annex/client";
import type { FailureJson, TotalsJson } from "../portal-types.ts";
import { allEqual, compareSides, ledgerSide, stripeSide } from "../sync/totals.ts";
import type { PortalParts } from "./parts.ts";

export async function totals(c: PortalContext, { stripe, clock }: PortalParts): Promise<TotalsJson> {
  const [ours, theirs] = await Promise.all([
    side(clock, () => ledgerSide({ cloud: c.cloud, mode: stripe.mode })),
    side(clock, () => stripeSide(stripe, { once: true })),
  ]);
  const currencies = compareSides(theirs.value, ours.value);
  return {
    stripe: theirs.json,
    ledger: ours.json,
    ...(theirs.json.ok && ours.json.ok ? { equal: allEqual(currencies) } : {}),
    currencies: [...currencies],
  };
}

type Side<Value> = { readonly json: TotalsJson["stripe"]; readonly value?: Value };

/** A side that does not answer is an answer too: the other one is still worth showing. */
async function side<Value>(clock: () => number, ask: () => Promise<Value>): Promise<Side<Value>> {
  const as_of = new Date(clock()).toISOString();
  try {
    return { json: { ok: true, as_of }, value: await ask() };
  } catch (error) {
    return { json: { ok: false, as_of, failure: failureJson(error) } };
  }
}

function failureJson(error: unknown): FailureJson {
  if (error instanceof AppError && error.details.provider !== undefined) {
    const { provider, retry_after } = error.details;
    const words = { code: error.code, error: error.whatHappened, next: error.whatToDo, provider };
    return retry_after === undefined ? words : { ...words, retry_after };
  }
  // An installation that has ended, a key that is dead, a fault of ours: the framework has an answer for each.
  if (!(error instanceof CloudError) || error.code === "key_revoked") throw error;
  const words = { code: error.code, error: error.whatHappened, next: error.whatToDo };
  const waits = error instanceof RateLimited || error instanceof InstanceUnavailable;
  const retry_after = waits ? error.retryAfterSeconds : undefined;
  return retry_after === undefined ? words : { ...words, retry_after };
}
