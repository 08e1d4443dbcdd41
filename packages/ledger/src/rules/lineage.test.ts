/** Contract section 13 as tables. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { allocate, lineageName } from "./lineage.ts";

const sources = [
  { provider: "bank", available: 6000n },
  { provider: "card", available: 4000n },
  { provider: "gift", available: 0n },
];

it.each([
  [
    "FIFO",
    7000n,
    [
      ["bank", 6000n],
      ["card", 1000n],
    ],
  ],
  [
    "LIFO",
    5000n,
    [
      ["card", 4000n],
      ["bank", 1000n],
    ],
  ],
  [
    "PROPORTIONAL",
    3333n,
    [
      ["bank", 1999n],
      ["card", 1334n],
    ],
  ],
  [
    "FIFO",
    12_000n,
    [
      ["bank", 6000n],
      ["card", 4000n],
    ],
  ],
  [
    "PROPORTIONAL",
    12_000n,
    [
      ["bank", 6000n],
      ["card", 4000n],
    ],
  ],
])("%s allocates %d", (strategy, amount, expected) => {
  const shares = allocate(strategy, amount, sources).map((share) => [share.provider, share.amount]);
  expect(shares).toEqual(expected);
});

it("never takes more than there is, of anybody", () => {
  const available = fc.array(fc.bigInt({ min: 0n, max: 1000n }), { maxLength: 6 });
  const strategy = fc.constantFrom("FIFO", "LIFO", "PROPORTIONAL");
  fc.assert(
    fc.property(strategy, fc.bigInt({ min: 1n, max: 5000n }), available, (how, amount, funds) => {
      const all = funds.map((each, index) => ({ provider: String(index), available: each }));
      for (const share of allocate(how, amount, all)) {
        expect(share.amount).toBeGreaterThan(0n);
        expect(share.amount).toBeLessThanOrEqual(funds[Number(share.provider)] ?? 0n);
      }
    }),
  );
});

it.each([
  [{ firstName: "Ada", lastName: "Byron", organizationName: "" }, "ada_byron_idt_1234"],
  [{ firstName: "Ada", lastName: "", organizationName: "Big Bank Ltd" }, "big_bank_ltd_idt_1234"],
  [{ firstName: "", lastName: "", organizationName: "" }, "idt_1234-5678"],
])("names the shadows of %j", (names, expected) => {
  expect(lineageName({ identityId: "idt_1234-5678", ...names })).toBe(expected);
});
