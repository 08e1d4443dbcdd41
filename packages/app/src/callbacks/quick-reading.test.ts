import { type InstallEvent, parseCallbackEvent, parsePortalRequest } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { installBody, portalRequest } from "../../test/support.ts";
import { readInstallQuickly, readPortalRequestQuickly } from "./quick-reading.ts";

/** A body with some fields left out, of another type, or a little wrong. */
function around(good: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const twisted = (value: unknown) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(value) },
      fc.constantFrom(undefined, null, "", 0, [], {}, `${String(value)}\n`, ` ${String(value)}`),
      fc.string().map((text) => `${String(value)}${text}`),
      fc
        .string({ minLength: 90, maxLength: 300, unit: fc.constantFrom("a", "_") })
        .map((text) => `inst_${text}`),
      fc.array(fc.constantFrom("data:read", "data:write", "alerts:read", "nothing", 5), { maxLength: 70 }),
    );
  return fc.record(Object.fromEntries(Object.entries(good).map(([field, value]) => [field, twisted(value)])));
}

const revealed = (event: InstallEvent | undefined) =>
  event === undefined ? undefined : { ...event, apiKey: event.apiKey.reveal(), prefix: event.apiKey.prefix };

describe("what is read quickly is what the schemas read", () => {
  test("an install", () => {
    fc.assert(
      fc.property(around(installBody()), (body) => {
        const quick = readInstallQuickly(body);
        if (quick === undefined) return;
        const parsed = parseCallbackEvent(body);
        expect(parsed.ok && parsed.value.kind === "install" && revealed(parsed.value)).toEqual(
          revealed(quick),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("a portal request", () => {
    fc.assert(
      fc.property(around(portalRequest()), (body) => {
        const quick = readPortalRequestQuickly(body);
        if (quick !== undefined) expect(parsePortalRequest(body)).toEqual({ ok: true, value: quick });
      }),
      { numRuns: 2000 },
    );
  });

  test("what Cloud sends is read quickly, in both editions", () => {
    const { organization_id: _organization, ...later } = installBody();
    expect(readInstallQuickly(installBody())).toBeDefined();
    expect(readInstallQuickly(later)).toBeDefined();
    expect(readPortalRequestQuickly(portalRequest())).toBeDefined();
    expect(readPortalRequestQuickly(portalRequest({ organization_id: null, user_id: null }))).toBeDefined();
  });

  test.each([null, [], "text", 5, {}])("%j is left to the schemas", (body) => {
    expect([readInstallQuickly(body), readPortalRequestQuickly(body)]).toEqual([undefined, undefined]);
  });
});
