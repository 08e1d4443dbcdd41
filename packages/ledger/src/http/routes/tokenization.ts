/** Tokenizing identity fields and reading them back (contract section 14.2). */
import { randomBytes } from "node:crypto";
import type { LedgerContext } from "../../context.ts";
import {
  detokenize,
  isMarked,
  markedFields,
  oddMarks,
  readableField,
  secretBytes,
  type TokenizableField,
  tokenizableField,
  tokenizableFields,
  tokenize,
  tokenMarks,
  UnreadableToken,
} from "../../rules/tokenization.ts";
import { type IdentityRow, lockIdentity, updateIdentity } from "../../store/identities.ts";
import { orFailure } from "../database-details.ts";
import { encodeJson, Sorted } from "../encode.ts";
import { CoreFailure } from "../errors.ts";
import { type Answer, decodeOr400, json, type Route, type RouteRequest } from "../router.ts";
import { list, structure, text } from "../shapes.ts";
import { identityNotFound, requireIdentity } from "./identities.ts";

const tokenizeBody = structure("TokenizeRequest", { fields: list(text) });
const detokenizeBody = structure("DetokenizeRequest", { fields: list(text) });

const disabled =
  "tokenization is disabled: BLNK_TOKENIZATION_SECRET or tokenization_secret in your blnk.json file must be set to a 32-byte value";

function requireSecret(context: LedgerContext): Uint8Array {
  const secret = context.tokenizationSecret;
  if (secret?.byteLength === secretBytes) return secret;
  throw new CoreFailure("IDT_TOKENIZATION_DISABLED", disabled);
}

function requireFields(fields: readonly string[] | null, structureName: string): readonly string[] {
  if (fields !== null) return fields;
  const message = `Key: '${structureName}.Fields' Error:Field validation for 'Fields' failed on the 'required' tag`;
  throw new CoreFailure("GEN_MALFORMED_REQUEST", message);
}

function requireTokenizable(sent: string): TokenizableField {
  const field = tokenizableField(sent);
  if (field !== undefined) return field;
  throw new CoreFailure("IDT_FIELD_NOT_TOKENIZABLE", `field ${sent} is not tokenizable`);
}

/** Checks in Core's order: field name, identity, already tokenized, enabled. One field, one transaction. */
async function tokenizeField(context: LedgerContext, id: string, sent: string): Promise<void> {
  const field = requireTokenizable(sent);
  await context.changes.transaction(async (transaction) => {
    const row = await orFailure("Failed to retrieve identity", lockIdentity(transaction, id));
    if (row === undefined) throw identityNotFound(id);
    if (isMarked(row.meta_data, sent)) {
      throw new CoreFailure("IDT_FIELD_ALREADY_TOKENIZED", `field ${sent} is already tokenized`);
    }
    const token = tokenize(requireSecret(context), row[tokenizableFields[field]] ?? "", randomBytes(12));
    await updateIdentity(transaction, id, {
      [tokenizableFields[field]]: token,
      meta_data: { ...row.meta_data, tokenized_fields: { ...tokenMarks(row.meta_data), [field]: true } },
    });
  });
}

function notTokenized(row: IdentityRow, sent: string): CoreFailure {
  const shown = row.meta_data === null ? "" : `. Metadata: ${encodeJson(new Sorted(row.meta_data))}`;
  return new CoreFailure("IDT_FIELD_NOT_TOKENIZED", `field ${sent} is not tokenized${shown}`);
}

/** The plain value of a field; the row stays as it is. */
function plainValue(context: LedgerContext, row: IdentityRow, sent: string): string {
  if (!isMarked(row.meta_data, sent)) throw notTokenized(row, sent);
  const field = readableField(sent);
  if (field === undefined) throw new CoreFailure("IDT_FIELD_NOT_FOUND", `field ${sent} not found`);
  const secret = requireSecret(context);
  try {
    return detokenize(secret, field === "no text" ? "" : (row[field] ?? ""));
  } catch (error) {
    if (!(error instanceof UnreadableToken)) throw error;
    throw new CoreFailure("GEN_INTERNAL", "internal server error");
  }
}

async function tokenizeOne(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const { id = "", field = "" } = request.parameters;
  await tokenizeField(context, id, field);
  return json(200, { message: "Field tokenized successfully" });
}

async function tokenizeSeveral(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const fields = requireFields((await decodeOr400(request, tokenizeBody)).fields, "TokenizeRequest");
  if (fields.length === 0)
    throw new CoreFailure("GEN_VALIDATION_ERROR", "at least one field must be specified");
  for (const field of fields) await tokenizeField(context, request.parameters["id"] ?? "", field);
  return json(200, { message: "Fields tokenized successfully" });
}

async function detokenizeOne(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const { id = "", field = "" } = request.parameters;
  const row = await requireIdentity(context.database, id);
  return json(200, { field, value: plainValue(context, row, field) });
}

async function detokenizeSeveral(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const sent = requireFields((await decodeOr400(request, detokenizeBody)).fields, "DetokenizeRequest");
  const row = await requireIdentity(context.database, request.parameters["id"] ?? "");
  const fields = sent.length === 0 ? markedFields(row.meta_data) : sent;
  const values = Object.fromEntries(fields.map((field) => [field, plainValue(context, row, field)]));
  return json(200, { fields: new Sorted(values) });
}

async function listTokenized(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const row = await requireIdentity(context.database, request.parameters["id"] ?? "");
  return json(200, {
    debug_info: debugInfo(row),
    tokenized_fields: markedFields(row.meta_data),
  });
}

/** Core tells what it found when the marks are no object. */
function debugInfo(row: IdentityRow): object | undefined {
  const type = oddMarks(row.meta_data);
  if (type === undefined) return undefined;
  return { has_metadata: true, raw_metadata: new Sorted(row.meta_data), tokenized_field_type: type };
}

export const tokenizationRoutes: readonly Route[] = [
  { method: "POST", path: "/identities/:id/tokenize/:field", handle: tokenizeOne },
  { method: "POST", path: "/identities/:id/tokenize", handle: tokenizeSeveral },
  { method: "GET", path: "/identities/:id/detokenize/:field", handle: detokenizeOne },
  { method: "POST", path: "/identities/:id/detokenize", handle: detokenizeSeveral },
  { method: "GET", path: "/identities/:id/tokenized-fields", handle: listTokenized },
];
