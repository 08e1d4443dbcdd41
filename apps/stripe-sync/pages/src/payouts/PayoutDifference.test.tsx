import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { PayoutDifference } from "./PayoutDifference.tsx";

const textOf = (payout: Parameters<typeof PayoutDifference>[0]["payout"]) =>
  renderToStaticMarkup(
    <MantineProvider>
      <PayoutDifference payout={payout} books="" />
    </MantineProvider>,
  )
    .replace(/<style.*<\/style>|<[^>]+>/gs, "")
    .replaceAll(/[\u00a0\u202f]/g, " ");

const difference = { minor: "-1250", decimals: 2, currency: "EUR" };

test("by how much a payout differs is one sentence, closed by its full stop", () => {
  expect(textOf({ difference, sums: [] })).toMatch(
    /What it contains differs from its amount by \S*12\.50 ?\S*\. The finding/,
  );
  expect(textOf({ difference })).toContain("What came back differs from its amount by");
});

test("nothing is said where it adds up, or is not known", () => {
  expect([textOf({}), textOf({ difference: { ...difference, minor: "0" } })]).toEqual(["", ""]);
});
