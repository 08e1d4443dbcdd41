/** `delivery-field`: one field of the body is other than it should be. */
import { parseExactJson, stringifyExactJson } from "@annex/protocol";
import { z } from "zod";
import { deliveryFault } from "./fault.ts";

const longestName = 128;

const values = z
  .object({
    field: z
      .string("must be the name of a field")
      .min(1, "must be the name of a field")
      .max(longestName, "must be the name of a field")
      .describe("the field of the body"),
    value: z.json().optional().describe("what stands in it instead; any JSON"),
    remove: z.boolean("must be true or false").optional().describe("leave the field out"),
  })
  .refine(({ value, remove }) => (value === undefined) === (remove === true), {
    path: ["value"],
    error: "must be given, or remove=true instead of it",
  });

export const deliveryField = deliveryFault({
  name: "delivery-field",
  title: "A field is other than it should be",
  values,
  whatHappens: "That field of the body has another value, or is missing.",
  whatAGoodAppDoes:
    "Refuses what it cannot understand with 400 or 422, naming the field and storing nothing; takes fields it does not know without a word.",
  effect: ({ field, value, remove }) => ({
    changeBody: (body) => {
      const { [field]: _replaced, ...rest } = parseExactJson(body) as Record<string, unknown>;
      return stringifyExactJson(remove === true ? rest : { ...rest, [field]: value });
    },
  }),
});
