import { expect, test } from "vitest";
import { toldIn, waysToWrite } from "./index.ts";

test.for(["en", "de", "fr", "de-CH", "pl"])("an amount is known as it is written in %s", (language) => {
  const written = new Intl.NumberFormat(language, { minimumFractionDigits: 2 });
  for (const hundredths of [100_000_001, 739_148_205])
    expect(waysToWrite(hundredths)).toContain(written.format(hundredths / 100));
});

test("an id that a call names itself may be said again, another may not", () => {
  const [asked, other] = ["bln_6f1c", "bln_93ae"];
  const call = { url: `https://app.example/balances/${asked}`, requestBody: "" };
  expect(toldIn(`There is no ${asked} here.`, call, [asked, other])).toBe(undefined);
  expect(toldIn(`Beside ${asked} there is ${other}.`, call, [asked, other])).toBe(other);
});

test("what was typed into a page counts where it comes back", () => {
  const call = { url: "https://app.example/notes", requestBody: "text=Heliotrope1" };
  expect(toldIn("<li>Heliotrope1</li>", call, ["bln_6f1c", "Heliotrope1"])).toBe("Heliotrope1");
});
