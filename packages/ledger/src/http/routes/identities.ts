/** Identities: creating, reading, changing (contract section 14.1). Lists and filters are in `lists.ts`. */

import type { LedgerContext } from "../../context.ts";
import { identityTexts } from "../../entities/identities.ts";
import { newId } from "../../ids.ts";
import { identityIdFault } from "../../rules/identity-ids.ts";
import {
  formatInstant,
  isZeroInstant,
  toClockText,
  toTimestampText,
  zeroInstant,
  zeroTimeText,
} from "../../rules/times.ts";
import { isForeignKeyViolation, isUniqueViolation, type SqlDatabase } from "../../store/database.ts";
import {
  deleteIdentity,
  findIdentity,
  type IdentityChange,
  type IdentityRow,
  insertIdentity,
  updateIdentity,
} from "../../store/identities.ts";
import { databaseDetails, orFailure } from "../database-details.ts";
import { CoreFailure } from "../errors.ts";
import { type Answer, decodeOr400, json, type Route, type RouteRequest } from "../router.ts";
import { type Decoded, metadata, structure, text, time } from "../shapes.ts";
import { identityToWire } from "../wire.ts";

const identityBody = structure("Identity", {
  identity_id: text,
  identity_type: text,
  organization_name: text,
  category: text,
  first_name: text,
  last_name: text,
  other_names: text,
  gender: text,
  email_address: text,
  phone_number: text,
  nationality: text,
  street: text,
  country: text,
  state: text,
  post_code: text,
  city: text,
  dob: time,
  created_at: time,
  meta_data: metadata,
});

type IdentityBody = Decoded<typeof identityBody>;

/** The 404 that reads and tokenization share. */
export function identityNotFound(id: string): CoreFailure {
  return new CoreFailure("IDT_NOT_FOUND", `Identity with ID '${id}' not found`, { details: {} });
}

/** An identity that has to be there. */
export async function requireIdentity(database: SqlDatabase, id: string): Promise<IdentityRow> {
  const row = await orFailure("Failed to retrieve identity", findIdentity(database, id));
  if (row === undefined) throw identityNotFound(id);
  return row;
}

/** As `identityNotFound`, where no row was looked up: without details. */
function identityNotThere(id: string): CoreFailure {
  return new CoreFailure("IDT_NOT_FOUND", `Identity with ID '${id}' not found`);
}

function chosenId(sent: string): string {
  if (sent === "") return newId("idt");
  const fault = identityIdFault(sent);
  if (fault === "prefix") {
    throw new CoreFailure("IDT_VALIDATION_ERROR", "identity_id must start with the 'idt_' prefix");
  }
  if (fault === "suffix") {
    const message = "identity_id suffix after 'idt_' must be a valid UUID";
    throw new CoreFailure("IDT_VALIDATION_ERROR", message, { details: {} });
  }
  return sent;
}

async function create(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const body = await decodeOr400(request, identityBody);
  const createdAt = context.now();
  const row: IdentityRow = {
    ...body,
    identity_id: chosenId(body.identity_id),
    // The column keeps the day as the client wrote it; without one, the day of the zero time.
    dob: toClockText(body.dob ?? zeroInstant),
    created_at: toTimestampText(createdAt),
  };
  try {
    await orFailure("Failed to create identity", insertIdentity(context.changes, row));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = `Identity already exists: ${row.identity_id}`;
    throw new CoreFailure("IDT_VALIDATION_ERROR", message, { details: databaseDetails(error) });
  }
  const dob = body.dob === null ? zeroTimeText : formatInstant(body.dob);
  return json(201, { ...identityToWire(row), dob, created_at: formatInstant(createdAt) });
}

async function read(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  return json(200, identityToWire(await requireIdentity(context.database, id)));
}

/** What of a body an update writes: no empty strings, no zero time, no null metadata. */
function changeOf(body: IdentityBody): IdentityChange {
  const texts = identityTexts.filter((name) => body[name] !== "").map((name) => [name, body[name]] as const);
  const { dob } = body;
  return {
    ...Object.fromEntries(texts),
    ...(dob === null || isZeroInstant(dob) ? {} : { dob: toClockText(dob) }),
    ...(body.meta_data === null ? {} : { meta_data: body.meta_data }),
  };
}

async function update(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  const change = changeOf(await decodeOr400(request, identityBody));
  if (Object.keys(change).length === 0) {
    throw new CoreFailure("GEN_BAD_REQUEST", "No fields provided for update");
  }
  const found = await orFailure("Failed to update identity", updateIdentity(context.changes, id, change));
  if (!found) throw identityNotThere(id);
  return json(200, { message: "Identity updated successfully" });
}

async function remove(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  // One that balances are linked to can't be deleted.
  const deletion = deleteIdentity(context.changes, id);
  if (!(await orFailure("Failed to delete identity", deletion, isForeignKeyViolation)))
    throw identityNotThere(id);
  return json(200, { message: "Identity deleted successfully" });
}

export const identityRoutes: readonly Route[] = [
  { method: "POST", path: "/identities", handle: create },
  { method: "GET", path: "/identities/:id", handle: read },
  { method: "PUT", path: "/identities/:id", handle: update },
  { method: "DELETE", path: "/identities/:id", handle: remove },
];
