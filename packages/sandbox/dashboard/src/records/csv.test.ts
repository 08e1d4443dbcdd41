import { expect, test } from "vitest";
import { csvLine, csvText } from "./csv.ts";

test.each([
  [["plain", "with, comma", 'say "hi"', "two\nlines"], 'plain,"with, comma","say ""hi""","two\nlines"\r\n'],
  [["-12.50", "-7/3", "900719925474099312.34"], "-12.50,-7/3,900719925474099312.34\r\n"],
  [["=1+1", "+1", "-a", "@World"], "'=1+1,'+1,'-a,'@World\r\n"],
  [["", " "], ", \r\n"],
])("%j is written %j", (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

test("a table begins with its mark and its headings", () => {
  const columns = [{ heading: "Amount", text: (row: { amount: bigint }) => row.amount.toString() }];
  expect(csvText(columns, [{ amount: 90071992547409931n }])).toBe("\uFEFFAmount\r\n90071992547409931\r\n");
});
