import { describe, expect, test } from "vitest";
import {
  describeErrorState,
  embeddingHeader,
  errorStateCodes,
  matchProxyRoute,
  parseManifest,
  scopeDescriptions,
  scopes,
} from "./index.ts";

const manifest = {
  name: "Stripe Sync",
  registration_callback_url: "https://app.example.com/cloud/x/callback",
  portal_generator_url: "https://app.example.com/cloud/x/portal",
  permissions: ["data:read"],
};

describe("a manifest", () => {
  test("needs a name, two URLs and its scopes; the rest has defaults", () => {
    expect(parseManifest(manifest)).toEqual({
      ok: true,
      value: {
        ...manifest,
        description: "",
        logo_url: "",
        developer: "",
        launch_access: [],
        launch_requires_authentication: false,
      },
    });
  });

  test("may spell its fields as the public pages name them", () => {
    const { name, ...rest } = manifest;
    expect(parseManifest({ ...rest, display_name: name, developer_name: "Acme" })).toMatchObject({
      ok: true,
      value: { name, developer: "Acme" },
    });
  });

  test("may be named in any language, and described in several lines", () => {
    const given = { ...manifest, name: "مزامنة 👩‍💻 Ελλάδα", description: "One.\n\tTwo." };
    expect(parseManifest(given)).toMatchObject({
      ok: true,
      value: { name: given.name, description: given.description },
    });
  });

  test.each([
    ["manifest", "text"],
    ["name", { ...manifest, name: " " }],
    ["name", { ...manifest, name: "two\nlines" }],
    ["name", { ...manifest, name: "\u001b[31mred" }],
    ["name", { ...manifest, name: "a\u0000b" }],
    ["name", { ...manifest, name: "half \ud83d" }],
    ["name", { ...manifest, name: "\u202egnorw" }],
    ["developer", { ...manifest, developer: "two\u2028lines" }],
    ["description", { ...manifest, description: "\u001b[2J" }],
    ["registration_callback_url", { ...manifest, registration_callback_url: "not a url" }],
    ["portal_generator_url", { ...manifest, portal_generator_url: "ftp://app.example.com" }],
    ["permissions.0", { ...manifest, permissions: ["data:delete"] }],
    ["permissions", { ...manifest, permissions: undefined }],
    ["launch_access.0", { ...manifest, launch_access: ["somebody"] }],
  ])("is refused by the name of %s", (field, input) => {
    expect(parseManifest(input)).toMatchObject({ ok: false, problems: [{ field }] });
  });
});

describe("the proxy's routes", () => {
  test.each([
    ["POST", "/transactions", "data:write"],
    ["PUT", "/transactions/inflight/txn_1", "data:write"],
    ["POST", "/txn_1/metadata", "data:write"],
    ["GET", "/balances/bln_1/at", "data:read"],
    ["GET", "/identities/idt_1/detokenize/email_address", "data:read"],
  ])("%s %s wants %s", (method, path, scope) => {
    expect(matchProxyRoute(method, path)?.scope).toBe(scope);
  });

  test.each([
    ["DELETE", "/identities/idt_1"],
    ["POST", "/hooks"],
    ["GET", "/transactions/txn_1/"],
    ["POST", "/api-keys"],
    ["PUT", "/ledgers/ldg_1"],
  ])("%s %s is not among them", (method, path) => {
    expect(matchProxyRoute(method, path)).toBeUndefined();
  });
});

test("the embedding header is the platform's own, with further origins only where asked", () => {
  expect(embeddingHeader()).toBe("frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com");
  expect(embeddingHeader(["http://localhost:4400"])).toMatch(/ http:\/\/localhost:4400$/);
});

test("every error state says what happened and what to do next", () => {
  for (const code of errorStateCodes) {
    const state = describeErrorState(code, {
      requiredScope: "data:write",
      provider: "Stripe",
      retryAfterSeconds: 1,
    });
    expect(state.title.length, code).toBeGreaterThan(5);
    expect(state.whatHappened.length, code).toBeGreaterThan(20);
    expect(state.whatToDo.length, code).toBeGreaterThan(10);
  }
  expect(describeErrorState("missing_permission", { requiredScope: "data:write" }).whatHappened).toContain(
    "data:write",
  );
  expect(describeErrorState("rate_limited", { retryAfterSeconds: 1 }).whatToDo).toContain("1 second.");
});

test("every scope is explained", () => {
  expect(Object.keys(scopeDescriptions)).toEqual([...scopes]);
});
