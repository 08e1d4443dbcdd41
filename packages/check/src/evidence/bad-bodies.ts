/** Every field of a body wrong in every way: the changes, as data. Contract section 5. */

/** One wrong body: what was done to which field, and the text to send. */
export type BadChange = {
  readonly field: string;
  readonly change: string;
  readonly body: Readonly<Record<string, unknown>>;
};

type Body = Readonly<Record<string, unknown>>;
type Wrong = { readonly change: string; readonly value: unknown };

const wrongTexts: readonly Wrong[] = [
  { change: "a number", value: 42 },
  { change: "null", value: null },
  { change: "an empty text", value: "" },
  { change: "a list", value: ["x"] },
  { change: "an object", value: { x: 1 } },
  { change: "true", value: true },
];

const wrongScopes: readonly Wrong[] = [
  { change: "a text", value: "data:read" },
  { change: "null", value: null },
  { change: "an object", value: { "data:read": true } },
  { change: "a scope that does not exist", value: ["data:read", "data:delete"] },
  { change: "a list of numbers", value: [1] },
  { change: "a list of lists", value: [["data:read"]] },
];

/** Fields whose null or empty value an edition may mean as "not said". */
const optionalFields = new Set(["organization_id", "user_id", "api_key_prefix"]);

/**
 * The wrong bodies made of a right one: each required field missing, and each field of a wrong type.
 * What could be read as right by a lenient app is left out.
 */
export function badChanges(body: Body): readonly BadChange[] {
  return Object.keys(body).flatMap((field) => [
    ...(optionalFields.has(field) ? [] : [{ field, change: "missing", body: without(body, field) }]),
    ...wrongsFor(field).map(({ change, value }) => ({ field, change, body: { ...body, [field]: value } })),
  ]);
}

const wrongKinds: readonly Wrong[] = [
  ...wrongTexts,
  { change: "an event of another kind", value: "upgrade:instapp_1" },
  { change: "without its kind", value: "instapp_1" },
];

function wrongsFor(field: string): readonly Wrong[] {
  if (field === "granted_permissions") return wrongScopes;
  if (field === "idempotency_key") return wrongKinds;
  if (!optionalFields.has(field)) return wrongTexts;
  return wrongTexts.filter(({ value }) => value !== null && value !== "");
}

function without(body: Body, field: string): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
}
