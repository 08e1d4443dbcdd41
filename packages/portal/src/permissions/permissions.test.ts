import { expect, test } from "vitest";
import { sessionInfo } from "../provider/portal-context.ts";
import { missingPermissions, missingReason } from "./permissions.ts";

const answer = {
  user_id: "user_1",
  installed_app_id: "instapp_1",
  instance_id: "inst_1",
  granted_permissions: ["data:read"],
  app: { name: "Test" },
};

const permissions = sessionInfo({
  ...answer,
  permissions: [
    { scope: "data:read", granted: true },
    { scope: "data:write", granted: false, purpose: "to post transactions" },
    { scope: "invented", granted: true },
  ],
}).permissions;

test("names what is missing and what it is for", () => {
  expect(missingPermissions(["data:read", "data:write"], permissions)).toEqual([
    { scope: "data:write", purpose: "to post transactions" },
  ]);
});

test("a permission the app never asked for is missing too, with its general meaning", () => {
  expect(missingPermissions(["alerts:write"], permissions)[0]?.purpose).toContain("alerts");
});

test("says why in one sentence, or nothing", () => {
  expect(missingReason([])).toBeUndefined();
  expect(missingReason(missingPermissions(["data:write"], permissions))).toContain(
    "data:write, which was not",
  );
  expect(missingReason(missingPermissions(["data:write", "alerts:write"], permissions))).toContain(
    "and alerts:write, which were",
  );
});

test("a session without the list of purposes still says what was granted", () => {
  expect(sessionInfo(answer).permissions).toEqual([{ scope: "data:read", granted: true }]);
});

test("scopes that do not exist are left out", () => {
  expect(permissions.map((permission) => permission.scope)).toEqual(["data:read", "data:write"]);
});
