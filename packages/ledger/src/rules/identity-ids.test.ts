import { describe, expect, it } from "vitest";
import { identityIdFault } from "./identity-ids.ts";

const uuid = "5eed0001-0000-4000-8000-0040cc413880";

describe("a chosen identity id", () => {
  it.each([
    [`idt_${uuid}`, undefined],
    [`idt_${uuid.toUpperCase()}`, undefined],
    [`idt_${uuid.replaceAll("-", "")}`, undefined],
    [`idt_{${uuid}}`, undefined],
    [`idt_urn:uuid:${uuid}`, undefined],
    [`cus_${uuid}`, "prefix"],
    [uuid, "prefix"],
    [`IDT_${uuid}`, "prefix"],
    ["idt_", "suffix"],
    ["idt_7", "suffix"],
    [`idt_${uuid}0`, "suffix"],
    [`idt_${uuid.slice(0, -1)}g`, "suffix"],
  ])("%s: %s", (id, fault) => {
    expect(identityIdFault(id)).toBe(fault);
  });
});
