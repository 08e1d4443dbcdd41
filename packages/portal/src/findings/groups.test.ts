import { expect, test } from "vitest";
import { groupFindings } from "./groups.ts";

test("findings that say the same are said once, with all their objects", () => {
  const odd = { error: "A new type.", next: "Look at it." };
  const general = { error: "EUR differs.", next: "Sync again." };
  const findings = [{ ...odd, object_id: "txn_1" }, general, { ...odd, object_id: "txn_2" }];
  expect(groupFindings(findings)).toEqual([
    { ...odd, findings: [findings[0], findings[2]] },
    { ...general, findings: [general] },
  ]);
});
