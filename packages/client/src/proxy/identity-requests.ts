/** What a caller asks for when he makes, changes or tokenizes identities. Contract section 8, Proxy API. */
import type { Identity, Metadata } from "../records/records.ts";

/** No field is required. `dob` is sent as a timestamp; only its day is kept. */
export type NewIdentity = Partial<Omit<Identity, "created_at" | "dob" | "meta_data">> & {
  readonly dob?: Date | undefined;
  readonly meta_data?: Metadata | undefined;
};

/** The fields Core can tokenize. */
export type TokenizableField =
  | "FirstName"
  | "LastName"
  | "OtherNames"
  | "EmailAddress"
  | "PhoneNumber"
  | "Street"
  | "PostCode";
