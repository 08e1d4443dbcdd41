/** What a delivery is answered, before any of it counts. */
import type { App } from "@annex/app";
import { Secret } from "@annex/protocol";
import { Stripe } from "stripe";
import { expect, test } from "vitest";
import { type DoorParts, registerWebhook } from "./door.ts";

const signingSecret = "whsec_0123456789abcdefghijkl";
const now = Date.UTC(2026, 10, 1);
type Handler = Parameters<App["webhook"]>[1];

/** A delivery to an installation that reads no Stripe: nothing of it may be kept. */
async function delivered(body: string, secret = signingSecret, age = 0) {
  const handlers: Handler[] = [];
  const bound = { secrets: { get: async (name: string) => secretOf(name) } };
  const app = {
    webhook: (_path: string, handler: Handler) => handlers.push(handler),
    installation: async () => bound,
  } as unknown as App;
  const source = { connect: () => undefined, fallback: undefined } as unknown as DoorParts["source"];
  registerWebhook(app, { job: {} as DoorParts["job"], source, clock: () => now });
  const timestamp = now / 1000 - age;
  const { webhooks } = new Stripe("sk_test_signs");
  const signature = webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  const call = {
    param: () => "instapp_1",
    header: () => signature,
    body,
  } as unknown as Parameters<Handler>[0];
  const response = (await handlers[0]?.(call)) as Response;
  return [response.status, ((await response.json()) as { code: string }).code];
}

const secretOf = (name: string) =>
  name === "stripe-webhook-secret" ? new Secret(signingSecret, "whsec_") : undefined;
const event = {
  id: "evt_1",
  object: "event",
  type: "invoice.paid",
  created: now / 1000,
  livemode: false,
  data: { object: {} },
};

test.each<[string, unknown]>([
  ["no object", "7"],
  ["no event", [event]],
  ["a notice without its data", { ...event, object: "v2.core.event", data: undefined }],
  ["an event of no time", { ...event, created: 9e15 }],
  ["an event without its object", { ...event, data: { object: null } }],
])("what Stripe signed and is %s is said to be that, not unsigned", async (_what, body) => {
  expect(await delivered(JSON.stringify(body))).toEqual([422, "invalid_event"]);
});

test("what Stripe signed and is no JSON is no event; unsigned, or signed long ago, it is not looked at", async () => {
  expect(await delivered("{")).toEqual([422, "invalid_event"]);
  expect(await delivered("{", "whsec_another0123456789")).toEqual([400, "signature_wrong"]);
  expect(await delivered(JSON.stringify(event), signingSecret, 301)).toEqual([400, "signature_wrong"]);
  expect(await delivered(JSON.stringify(event))).toEqual([200, "not_wanted"]);
});
