/** Both sides, asked now. */
import { AppError, type PortalContext } from "@annex/app";
import { CloudError, CloudRateLimited, InstanceUnavailable } from "@annex/client";
import type { FailureJson, TotalsJson } from "../portal-types.ts";
import { currentBooks, isoTime, positionOf, syncData } from "../sync/register.ts";
import {
  allEqual,
  compareSides,
  type LedgerSide,
  type Missing,
  missingOf,
  type StripeView,
  viewLedger,
  viewStripe,
} from "../sync/totals.ts";
import type { PortalParts } from "./parts.ts";

export async function totals(c: PortalContext, parts: PortalParts): Promise<TotalsJson> {
  const { clock } = parts;
  const books = await currentBooks(c.data);
  const data = books === undefined ? undefined : syncData(c.data, books);
  const position = data === undefined ? undefined : await positionOf(data);
  const askLedger = async (): Promise<LedgerSide> => {
    if (books === undefined) return new Map();
    return viewLedger({ cloud: c.cloud, books }, position?.ledgerId);
  };
  const askStripe = async (): Promise<StripeView> => {
    const stripe = await parts.stripeOf(c);
    // Before the first run there is no register, and nothing that could have come since.
    const register = data ?? syncData(c.data, { account: "none", mode: stripe.mode });
    return viewStripe({ stripe, data: register, once: true });
  };
  const [ours, theirs] = await Promise.all([side(clock, askLedger), side(clock, askStripe)]);
  const missing: Missing = data === undefined ? new Map() : await missingOf(data);
  const currencies = compareSides({ stripe: theirs.value, ledger: ours.value, missing });
  const through = position?.readThrough;
  return {
    stripe: theirs.json,
    ledger: ours.json,
    ...(theirs.json.ok && ours.json.ok ? { equal: allEqual(currencies) } : {}),
    ...(through === undefined ? {} : { imported_through: isoTime(through) }),
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
  const waits = error instanceof CloudRateLimited || error instanceof InstanceUnavailable;
  const retry_after = waits ? error.retryAfterSeconds : undefined;
  return retry_after === undefined ? words : { ...words, retry_after };
}
