import { describe, expect, test } from "vitest";
import type { FaultDescription } from "../api/types.ts";
import { faultRequest, firstForm } from "./fault-request.ts";

const field: FaultDescription = {
  fault: "delivery-field",
  strikes: "delivery",
  title: "A field is other than it should be",
  what_happens: "…",
  what_a_good_app_does: "…",
  values: [
    { name: "field", type: "text", required: true, description: "which" },
    { name: "value", type: "json", required: false, description: "what stands in it instead" },
    { name: "remove", type: "truth", required: false, description: "leave it out" },
    { name: "rate", type: "number", required: false, description: "how often", default: 1 },
    { name: "after", type: "choice", required: true, description: "when", choices: ["commit", "request"] },
  ],
};
const form = firstForm(field, "inst_1");

test("the form opens for the selected instance, with the defaults", () => {
  expect(form).toMatchObject({
    instanceId: "inst_1",
    appId: "",
    values: { rate: "1", after: "commit", field: "" },
  });
  expect(firstForm({ ...field, strikes: "session" }, "inst_1").instanceId).toBe("");
});

describe("the request", () => {
  test("leaves out what is empty", () => {
    expect(faultRequest({ ...field, values: [] }, form)).toEqual({
      fault: "delivery-field",
      instance_id: "inst_1",
    });
  });

  test.each([
    ["5", 5],
    ["five", "five"],
    ['"5"', "5"],
    ["null", null],
    ['{"a":[1]}', { a: [1] }],
  ])("takes %s for the JSON %j", (text, value) => {
    const filled = { ...form, values: { ...form.values, field: "app_id", value: text } };
    expect(faultRequest(field, filled)).toMatchObject({ field: "app_id", value, rate: 1, after: "commit" });
  });

  test("hands on what is no number, for the server to refuse", () => {
    expect(faultRequest(field, { ...form, forSeconds: "soon", times: " 3 " })).toMatchObject({
      for_seconds: "soon",
      times: 3,
    });
  });

  test("says a ticked box as true and an empty one not at all", () => {
    expect(faultRequest(field, { ...form, values: { remove: "true" } })).toMatchObject({ remove: true });
    expect(faultRequest(field, form)).not.toHaveProperty("remove");
  });
});
