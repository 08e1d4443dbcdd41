/**
 * Stripe's webhooks: `POST /webhooks/stripe/:installation`. Each installation has an address and a signing secret of its
 * own. A delivery is verified, noted once however often it comes, and makes a sync start soon; it is answered after
 * that is durable.
 */
import type { App } from "@annex/app";
import { Stripe } from "stripe";
import { enteredConnection, type StripeSource, secretNames } from "../settings/settings.ts";
import { noteEvent } from "../sync/events.ts";
import type { SyncJob } from "../sync/job.ts";
import { eventSchema, isWanted, type StripeEvent, toldBy } from "./event.ts";

/** Older signatures are refused, in seconds: Stripe's own tolerance. */
const tolerance = 300;
// Verifying needs no key; the package wants one to make its client.
const { webhooks } = new Stripe("sk_test_verifies_only");

export type DoorParts = {
  readonly job: SyncJob;
  readonly source: StripeSource;
  readonly clock: () => number;
};

/** Where Stripe is told to send its events, below the app's address. */
export function webhookPath(installedAppId: string): string {
  return `/webhooks/stripe/${installedAppId}`;
}

export function registerWebhook(app: App, { job, source, clock }: DoorParts): void {
  app.webhook("/stripe/:installation", async ({ param, header, body }) => {
    const bound = await app.installation(param("installation"), { from: "Stripe’s webhook" });
    const secret = await bound?.secrets.get(secretNames.webhook);
    // Who has no secret here is told no more than who has none anywhere.
    if (bound === undefined || secret === undefined) return answer(404, "not_found");
    const signature = header("stripe-signature") ?? "";
    const event = verified(body, signature, secret.reveal(), clock());
    if (event === "unsigned") return answer(400, "signature_wrong");
    if (event === "unreadable") return answer(422, "invalid_event");
    const connection = await enteredConnection(bound);
    const stripe = connection === undefined ? source.fallback : source.connect(connection);
    const read = { connectedAccount: connection?.connectedAccount, mode: stripe?.mode };
    if (!isWanted(event, read)) return answer(200, "not_wanted");
    const start = stripe !== undefined;
    const isNew = await noteEvent(bound, event, toldBy(event), job, { now: clock(), start });
    return answer(200, isNew ? "noted" : "known_already");
  });
}

function verified(
  body: string,
  signature: string,
  secret: string,
  now: number,
): StripeEvent | "unsigned" | "unreadable" {
  let event: unknown;
  try {
    event = webhooks.constructEvent(body, signature, secret, tolerance, undefined, now);
  } catch (error) {
    // The signature comes first: whatever else is wrong is so in what Stripe has signed.
    return error instanceof Stripe.errors.StripeSignatureVerificationError ? "unsigned" : "unreadable";
  }
  const parsed = eventSchema.safeParse(event);
  return parsed.success ? parsed.data : "unreadable";
}

function answer(status: number, code: string): Response {
  return Response.json({ code }, { status, headers: { "Cache-Control": "no-store" } });
}
