import { errorStateCodes, errorStateStatus } from "@annex/protocol";
import { describe, expect, test } from "vitest";
import {
  asPortalError,
  errorFromAnswer,
  noSessionError,
  PortalError,
  unreachableError,
} from "./portal-error.ts";
import { remedyFor } from "./remedies.ts";

describe("an answer becomes an error", () => {
  test("with the server's own words, particulars and reference", () => {
    const { details } = errorFromAnswer(403, {
      error: "It happened.",
      code: "missing_permission",
      next: "Do this.",
      reference: "ref_1",
      required_scope: "data:write",
      purpose: "to post",
    });
    expect(details).toEqual({
      status: 403,
      code: "missing_permission",
      title: "A permission is missing",
      whatHappened: "It happened.",
      whatToDo: "Do this.",
      reference: "ref_1",
      requiredScope: "data:write",
      purpose: "to post",
    });
  });

  test("with the catalogue's words where the answer says nothing", () => {
    const { details } = errorFromAnswer(502, { code: "provider_unreachable", provider: "Stripe" });
    expect(details.title).toBe("Stripe cannot be reached");
    expect(details.whatToDo).toContain("Stripe");
  });

  test.each([
    [0, "provider_refused_key", "Stripe refuses the key"],
    [422, "provider_refused_key", "Stripe refuses the key"],
    [429, "provider_rate_limited", "Stripe asks to wait"],
  ])("whose title, of %i %s, says what the provider said: %s", (status, code, title) => {
    expect(errorFromAnswer(status, { code, provider: "Stripe" }).details.title).toBe(title);
  });

  test.each([undefined, null, "text", 7, [], {}, { code: 7, error: {} }])(
    "also when its body is %j",
    (body) => {
      expect(errorFromAnswer(500, body).details).toMatchObject({
        code: "app_failed",
        title: "The app has failed",
      });
    },
  );

  test.each([
    [{ retry_after: 12 }, null, 12],
    [{}, "30", 30],
    [{ retry_after: 1.2 }, "30", 2],
    [{ retry_after: -1 }, null, undefined],
    [{}, "Wed, 21 Oct 2026 07:28:00 GMT", undefined],
    [{}, null, undefined],
  ])("waiting time of %j and the header %j is %j", (body, header, seconds) => {
    expect(errorFromAnswer(429, { code: "rate_limited", ...body }, header).details.retryAfterSeconds).toBe(
      seconds,
    );
  });

  test("an unknown scope is not repeated to the person", () => {
    expect(
      errorFromAnswer(403, { code: "missing_permission", required_scope: "root" }).details,
    ).not.toHaveProperty("requiredScope");
  });
});

test("what is no portal error becomes one, with its cause", () => {
  const cause = new TypeError("x is undefined");
  expect(asPortalError(cause)).toMatchObject({ cause, details: { code: "page_failed" } });
  const error = unreachableError(cause);
  expect(asPortalError(error)).toBe(error);
  expect(error).toBeInstanceOf(PortalError);
});

describe("remedies", () => {
  test.each([
    ["missing_permission", "reinstall", false],
    ["instance_unavailable", "retry", false],
    ["app_uninstalled", "reinstall", true],
    ["session_expired", "launch", true],
    ["session_unknown", "launch", true],
    ["provider_unreachable", "retry", false],
    ["key_revoked", "reinstall", true],
    ["user_not_allowed", "ask", true],
    ["rate_limited", "retry", false],
    ["app_failed", "retry", false],
    ["app_unreachable", "retry", false],
    ["an_apps_own_code", "retry", false],
  ])("%s: %s, ends the page: %j", (code, kind, endsPage) => {
    expect(remedyFor({ code, status: 500 })).toMatchObject({ kind, endsPage });
  });

  test("every error state of the contract has words and a remedy", () => {
    for (const code of errorStateCodes) {
      const { details } = errorFromAnswer(errorStateStatus[code], { code });
      expect(details.whatHappened).not.toBe("");
      expect(remedyFor(details).kind).toBeTruthy();
    }
  });

  test("waits as long as it is told to", () => {
    expect(remedyFor({ status: 500, code: "rate_limited", retryAfterSeconds: 9 })).toMatchObject({
      kind: "wait",
      waitSeconds: 9,
    });
    expect(remedyFor({ status: 500, code: "instance_unavailable", retryAfterSeconds: 5 }).kind).toBe("wait");
  });

  test.each([
    [404, "not_found", "Not found", "change"],
    [409, "not_retryable", "This is not possible now", "change"],
    [422, "invalid_stripe_key", "This was not accepted", "change"],
    [500, "not_found", "The app has failed", "retry"],
    [429, "rate_limited", "Too many requests", "retry"],
  ])("%i %s is titled %j, and %s is the way out", (status, code, title, kind) => {
    const { details } = errorFromAnswer(status, { code });
    expect([details.title, remedyFor(details).kind]).toEqual([title, kind]);
  });

  test("a provider's refusal is titled by who refused", () => {
    const { details } = errorFromAnswer(422, { code: "provider_refused_more", provider: "Stripe" });
    expect(details.title).toBe("Stripe needs attention");
  });

  test("names the permission to tick", () => {
    expect(
      remedyFor({ status: 500, code: "missing_permission", requiredScope: "alerts:write" }).steps.join(" "),
    ).toContain("alerts:write");
  });

  test("a page without a session says to launch the app", () => {
    expect(remedyFor(noSessionError().details).kind).toBe("launch");
  });
});
