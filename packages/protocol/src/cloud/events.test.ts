import { describe, expect, test } from "vitest";
import { parseCallbackEvent, parsePortalRequest } from "../index.ts";

const install = {
  installed_app_id: "instapp_1",
  app_id: "app_1",
  organization_id: "org_1",
  instance_id: "inst_1",
  api_key: "blnk_0123456789abcdef",
  api_key_prefix: "blnk_012",
  granted_permissions: ["data:read", "data:write"],
  idempotency_key: "install:instapp_1",
};
const uninstall = {
  installed_app_id: "instapp_1",
  app_id: "app_1",
  organization_id: "org_1",
  instance_id: "inst_1",
  uninstalled_at: "2026-04-21T12:00:00Z",
  idempotency_key: "uninstall:instapp_1",
};
const without = (body: object, field: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== field));

describe("an install event", () => {
  test("is read, its key held as a secret", () => {
    const parsed = parseCallbackEvent(install);
    if (!parsed.ok || parsed.value.kind !== "install") throw new Error("not an install event");
    expect(parsed.value.apiKey.reveal()).toBe(install.api_key);
    expect(JSON.stringify(parsed.value)).not.toContain(install.api_key);
    expect(parsed.value.grantedPermissions).toEqual(["data:read", "data:write"]);
  });

  test("is read in the later edition and with unknown fields", () => {
    const parsed = parseCallbackEvent({ ...without(install, "organization_id"), region: "eu" });
    expect(parsed).toMatchObject({ ok: true, value: { organizationId: undefined } });
  });

  test("takes the shown prefix from the key, even when the one sent is the whole key", () => {
    const parsed = parseCallbackEvent({
      ...install,
      api_key: "blnk_0123456789",
      api_key_prefix: "blnk_0123456789",
    });
    expect(parsed).toMatchObject({ ok: true, value: { apiKeyPrefix: "blnk_012" } });
  });

  test("grants each scope once, and may grant none", () => {
    const repeated = parseCallbackEvent({ ...install, granted_permissions: ["data:read", "data:read"] });
    expect(repeated).toMatchObject({ ok: true, value: { grantedPermissions: ["data:read"] } });
    expect(parseCallbackEvent({ ...install, granted_permissions: [] }).ok).toBe(true);
  });
});

test("an uninstall event is told apart by its idempotency key", () => {
  expect(parseCallbackEvent(uninstall)).toMatchObject({
    ok: true,
    value: { kind: "uninstall", installedAppId: "instapp_1", uninstalledAt: "2026-04-21T12:00:00Z" },
  });
});

describe("a wrong event is refused by the name of its field", () => {
  test.each([
    ["body", null],
    ["body", []],
    ["body", "install"],
    ["idempotency_key", without(install, "idempotency_key")],
    ["idempotency_key", { ...install, idempotency_key: 7 }],
    ["idempotency_key", { ...install, idempotency_key: "reinstall:1" }],
    ["installed_app_id", without(install, "installed_app_id")],
    ["installed_app_id", { ...install, installed_app_id: "app_1" }],
    ["installed_app_id", { ...install, installed_app_id: "instapp_../x" }],
    ["app_id", { ...install, app_id: 1 }],
    ["instance_id", without(install, "instance_id")],
    ["organization_id", { ...install, organization_id: "acme" }],
    ["api_key", without(install, "api_key")],
    ["api_key", { ...install, api_key: "sk_live_1234567" }],
    ["api_key_prefix", without(install, "api_key_prefix")],
    ["granted_permissions", { ...install, granted_permissions: "data:read" }],
    ["granted_permissions.1", { ...install, granted_permissions: ["data:read", "data:delete"] }],
  ])("%s", (field, body) => {
    const parsed = parseCallbackEvent(body);
    if (parsed.ok) throw new Error("accepted");
    expect(parsed.problems.map((problem) => problem.field)).toContain(field);
    expect(parsed.problems[0].problem).not.toBe("");
  });

  test("and its key is not in the refusal", () => {
    const refused = parseCallbackEvent({ ...install, api_key: "blnk_has a blank in it" });
    expect(JSON.stringify(refused)).not.toContain("a blank in it");
  });
});

describe("a portal request", () => {
  const request = { installed_app_id: "instapp_1", app_id: "app_1", instance_id: "instance_1" };

  test("is read in both editions", () => {
    expect(parsePortalRequest(request)).toMatchObject({ ok: true, value: { userId: undefined } });
    expect(parsePortalRequest({ ...request, organization_id: "org_1", user_id: "user_1" })).toMatchObject({
      ok: true,
      value: { organizationId: "org_1", userId: "user_1" },
    });
  });

  test.each([
    ["user_id", { ...request, user_id: 4 }],
    ["app_id", without(request, "app_id")],
    ["body", 3],
  ])("names %s when it is wrong", (field, body) => {
    expect(parsePortalRequest(body)).toMatchObject({ ok: false, problems: [{ field }] });
  });
});
