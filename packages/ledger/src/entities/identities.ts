/** Identities (contract section 14.1), in Core's table `identity`. No text is ever left out of an answer. */
import { type Entity, filtered } from "./fields.ts";

/** The texts that a client gives, in the order an identity is shown. */
export const identityTexts = [
  "identity_type",
  "organization_name",
  "category",
  "first_name",
  "last_name",
  "other_names",
  "gender",
  "email_address",
  "phone_number",
  "nationality",
  "street",
  "country",
  "state",
  "post_code",
  "city",
] as const;

export type IdentityText = (typeof identityTexts)[number];

export const identities: Entity = {
  table: "identity",
  id: "identity_id",
  fields: {
    identity_id: filtered("text"),
    ...Object.fromEntries(identityTexts.map((name) => [name, filtered("text")])),
    dob: filtered("date"),
    created_at: filtered("time"),
    meta_data: filtered("json"),
  },
};
