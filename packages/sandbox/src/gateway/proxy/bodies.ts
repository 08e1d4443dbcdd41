/**
 * What the writes of the Proxy take, for the document of the Cloud API. Core judges them itself, so nothing is checked
 * by these. Contract section 8, Proxy API; the ledger's own contract has every field.
 */
import { z } from "zod";

const metadata = z.record(z.string(), z.unknown()).optional();
const text = z.string().optional();
const flag = z.boolean().optional();
const preciseAmount = z.int().min(1).optional().describe("in the minor unit, of any size");

const share = z.object({
  identifier: z.string().describe("a balance id, or @Indicator"),
  distribution: z.string().describe("an amount, a part such as 20%, or left"),
  narration: text,
});

const transaction = z.looseObject({
  amount: z.number().optional().describe("in the major unit"),
  precise_amount: preciseAmount,
  precision: z.int().min(1).optional().describe("100 where it is missing"),
  currency: z.string(),
  reference: z.string().optional().describe("made up where it is missing"),
  source: text,
  destination: text,
  sources: z.array(share).optional(),
  destinations: z.array(share).optional(),
  description: z.string(),
  allow_overdraft: flag,
  inflight: flag,
  skip_queue: flag,
  dry_run: flag,
  scheduled_for: text,
  effective_date: text,
  inflight_expiry_date: text,
  meta_data: metadata,
});

const identity = z.looseObject({
  identity_type: z.enum(["individual", "organization"]).optional(),
  first_name: text,
  last_name: text,
  organization_name: text,
  email_address: text,
  phone_number: text,
  dob: text,
  country: text,
  meta_data: metadata,
});

const filter = z.looseObject({
  filters: z.array(
    z.looseObject({
      field: z.string(),
      operator: z.enum(["eq", "ne", "gt", "gte", "lt", "lte", "in", "between", "like", "ilike", "isnull"]),
      value: z.unknown().optional(),
      values: z.array(z.unknown()).optional(),
    }),
  ),
});

const fields = z.object({ fields: z.array(z.string()) });
const rule = z.looseObject({
  name: z.string(),
  description: text,
  criteria: z.array(
    z.object({
      field: z.enum(["amount", "date", "description", "reference", "currency"]),
      operator: z.enum(["equals", "greater_than", "less_than", "contains"]),
      value: text,
      pattern: text,
      allowable_drift: z.number().optional(),
    }),
  ),
});
const matching = { strategy: z.string(), dry_run: flag, matching_rule_ids: z.array(z.string()) };

/** By method and path below `/proxy`; an upload is a form, and has none. */
export const proxyBodies: Readonly<Record<string, z.ZodType>> = {
  "POST /ledgers": z.looseObject({ name: z.string(), meta_data: metadata }),
  "POST /balances": z.looseObject({
    ledger_id: z.string(),
    currency: z.string(),
    identity_id: text,
    meta_data: metadata,
  }),
  "PUT /balances/:id/identity": z.object({ identity_id: z.string() }),
  "POST /transactions": transaction,
  "POST /transactions/bulk": z.looseObject({
    transactions: z.array(transaction),
    atomic: flag,
    inflight: flag,
    run_async: flag,
    skip_queue: flag,
  }),
  "PUT /transactions/inflight/:id": z.looseObject({
    status: z.enum(["commit", "void"]),
    amount: z.number().optional(),
    precise_amount: preciseAmount,
  }),
  "POST /refund-transaction/:id": z.looseObject({ skip_queue: flag }),
  "POST /identities": identity,
  "PUT /identities/:id": identity,
  "POST /identities/:id/tokenize": fields,
  "POST /identities/:id/detokenize": fields,
  "POST /:id/metadata": z.object({ meta_data: z.record(z.string(), z.unknown()) }),
  "POST /ledgers/filter": filter,
  "POST /balances/filter": filter,
  "POST /transactions/filter": filter,
  "POST /identities/filter": filter,
  "POST /reconciliation/start": z.looseObject({ upload_id: z.string(), ...matching }),
  "POST /reconciliation/start-instant": z.looseObject({
    external_transactions: z.array(
      z.looseObject({
        id: z.string(),
        amount: z.number(),
        reference: z.string(),
        currency: z.string(),
        description: z.string(),
        date: z.string(),
        source: z.string(),
      }),
    ),
    ...matching,
  }),
  "POST /reconciliation/matching-rules": rule,
  "PUT /reconciliation/matching-rules/:id": rule,
};

/** The body of the Filters API. */
export const filterBody = filter;
