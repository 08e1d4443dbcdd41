import { expect, test } from "vitest";
import { Refusal } from "./errors.ts";
import type { FeedEvent } from "./feed/index.ts";
import type { Services } from "./services.ts";
import { eventView } from "./views.ts";

const event = { kind: "delivery", deliveryId: "dlv_1", organizationId: "org_1" } as FeedEvent;
const failing = (error: Error) =>
  ({ deliveries: { find: () => Promise.reject(error) } }) as unknown as Services;

test("a delivery that the log has forgotten is left out of what happens live, and any other failure is told", async () => {
  const forgotten = new Refusal(404, "not_found", "There is no such delivery.");
  expect(await eventView(failing(forgotten), event)).toBeUndefined();
  const broken = new Error("The disk is full.");
  await expect(eventView(failing(broken), event)).rejects.toBe(broken);
});
