import { expect, test } from "vitest";
import { actorDetail, actorName } from "./actor-words.ts";

const member = { user_id: "user_1", user_name: "Amara Okafor" };
const app = { app_id: "app_1", app_name: "Stripe Sync", installed_app_id: "instapp_1" };

test.each([
  ["/proxy/transactions", 201, { ...app, api_key_prefix: "blnk_abc" }, "Stripe Sync", "blnk_abc…"],
  ["/api/installations", 201, { ...app, ...member }, "Amara Okafor", "Stripe Sync"],
  ["/api/login", 200, member, "Amara Okafor", undefined],
  ["/admin/faults", 201, {}, "Admin API", undefined],
  ["/admin/installations/instapp_1", 200, app, "Admin API", "Stripe Sync"],
  ["/admin/apps/app_1", 200, { app_id: "app_1" }, "Admin API", "app_1"],
  ["/admin/installations", 201, { ...app, ...member }, "Amara Okafor", "Stripe Sync"],
  ["/admin/faults", 401, {}, "No valid key", undefined],
  ["/data/balances", 401, {}, "No valid key", undefined],
])("%s answered %i: %o is %s", (path, status, actor, name, detail) => {
  const entry = { actor, path, status } as Parameters<typeof actorName>[0];
  expect([actorName(entry), actorDetail(entry)]).toEqual([name, detail]);
});
