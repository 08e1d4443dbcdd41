import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createWebhookVerifier, WebhookVerificationError } from "../index.ts";

const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const other = `whsec_${Buffer.alloc(32, 4).toString("base64")}`;
const now = Date.UTC(2026, 3, 21, 12);
const verify = createWebhookVerifier([secret], { clock: () => now });
const body = '{"type":"payout.paid"}';

function signed(changes: Readonly<Record<string, string | undefined>> = {}, key = secret) {
  const id = "msg_1";
  const timestamp = changes["webhook-timestamp"] ?? String(now / 1000);
  const hmac = createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"));
  const signature = hmac.update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
    ...changes,
  };
}

describe("a delivery", () => {
  test("of the scheme's own example is accepted", () => {
    const verifyExample = createWebhookVerifier(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], {
      clock: () => 1614265330_000,
    });
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    expect(verifyExample(headers, '{"test": 2432232314}').id).toBe("msg_p5jXN8AQM9LWM0D4loKWxJek");
  });

  test.each([
    ["plain headers", signed()],
    [
      "headers of another casing",
      Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value])),
    ],
    ["web-standard headers", new Headers(signed())],
    [
      "one right signature among others",
      signed({ "webhook-signature": `v1a,AAAA v1,AAAA ${signed()["webhook-signature"]}` }),
    ],
    ["a time at the edge", signed({ "webhook-timestamp": String(now / 1000 - 300) })],
  ])("with %s is accepted", (_what, headers) => {
    expect(verify(headers, body).id).toBe("msg_1");
    expect(verify(headers, new TextEncoder().encode(body)).id).toBe("msg_1");
  });

  test("signed with the older of two secrets is accepted", () => {
    const both = createWebhookVerifier([other, secret], { clock: () => now });
    expect(both(signed(), body)).toEqual({ id: "msg_1", signedAt: new Date(now) });
  });

  test.each([
    ["without an id", signed({ "webhook-id": undefined }), "header_missing"],
    ["without a signature", signed({ "webhook-signature": "" }), "header_missing"],
    [
      "with two ids",
      { ...signed(), "webhook-id": ["msg_1", "msg_1"] as unknown as string },
      "header_missing",
    ],
    ["at no time", signed({ "webhook-timestamp": "yesterday" }), "timestamp_invalid"],
    ["too old", signed({ "webhook-timestamp": String(now / 1000 - 301) }), "timestamp_too_old"],
    ["of the future", signed({ "webhook-timestamp": String(now / 1000 + 301) }), "timestamp_too_new"],
    ["signed with another secret", signed({}, other), "signature_wrong"],
    [
      "signed with another scheme",
      signed({ "webhook-signature": (signed()["webhook-signature"] ?? "").replace("v1", "v2") }),
      "signature_wrong",
    ],
    ["of another id", signed({ "webhook-id": "msg_2" }), "signature_wrong"],
  ])("%s is refused", (_what, headers, code) => {
    expect(() => verify(headers, body)).toThrow(
      expect.objectContaining({ code, name: "WebhookVerificationError" }),
    );
  });

  test("whose body was changed is refused", () => {
    expect(() => verify(signed(), `${body} `)).toThrow(WebhookVerificationError);
  });
});

test.each([[], ["whsec_"], ["whsec_short"], ["whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"]])(
  "the secret %j is refused",
  (...secrets) => {
    expect(() => createWebhookVerifier(secrets)).toThrow(TypeError);
  },
);

// `Number(process.env.TOLERANCE)` of a variable that is not set: every delivery was young enough.
test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])("the tolerance %d is refused", (toleranceSeconds) => {
  expect(() => createWebhookVerifier([secret], { toleranceSeconds })).toThrow(TypeError);
});
