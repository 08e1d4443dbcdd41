/** The writes on identities and metadata as effects: how each is sent, and how it is looked for. */
import type { DataApi } from "../data/data.ts";
import type { Effects, Write } from "../effects/index.ts";
import { type CloudError, CloudRefused, CoreError } from "../errors/index.ts";
import { holdsFields, sightTokenization } from "../looks/index.ts";
import { type Identity, identityShape, type Metadata, readObject, readRecord } from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { Attempt, CallOptions } from "../transport/transport.ts";
import type { ProxyCaller } from "./call.ts";
import type { NewIdentity, TokenizableField } from "./identity-requests.ts";
import { readTokenizedFields } from "./tokenized-fields.ts";

/** Parts that the calls on identities need. */
export interface IdentityTools {
  readonly proxy: ProxyCaller;
  readonly effects: Effects;
  readonly data: DataApi;
  readonly newId: () => string;
}

/** A new identity: its id is chosen by the caller, so that Core refuses a second one. */
export function identityWrite(
  tools: IdentityTools,
  identity: NewIdentity,
  options: CallOptions | undefined,
): Write<NewIdentity, Identity> {
  const idFor = (reference: string) => identity.identity_id ?? identityIdFrom(reference);
  return {
    kind: "identity",
    what: "a new identity",
    lookAt: ({ reference }) => `for the identity ${idFor(reference)}`,
    body: identity,
    reference: identity.identity_id,
    mark: (body, reference) => ({ ...body, identity_id: idFor(reference) }),
    repeatable: true,
    send: (body) => createIdentity(tools, body, options),
    async look({ reference }) {
      const found = await readIdentity(tools, idFor(reference), options);
      return found === undefined ? { sight: "absent" } : { sight: "done", result: found };
    },
    saysDone: (error) => error instanceof CoreError && error.coreCode === "IDT_VALIDATION_ERROR",
    recall: (noted) => readRecord(identityShape, noted),
  };
}

/** A change of an identity's fields: repeating it changes nothing. */
export function identityUpdateWrite(
  tools: IdentityTools,
  id: string,
  changes: NewIdentity,
  options: CallOptions | undefined,
): Write<NewIdentity, void> {
  const path = identityPath(id);
  return {
    kind: "identity_update",
    target: id,
    what: `the change of ${id}`,
    lookAt: () => `at the fields of ${id}`,
    body: changes,
    repeatable: true,
    patience: [0],
    async send(body) {
      await tools.proxy.write({ method: "PUT", path, body, repeat: "repeatable", options });
    },
    look: async () =>
      seenAs(holdsFields(await readIdentity(tools, id, options), nonEmpty(changes)), undefined),
    recall: () => undefined,
    assume: () => undefined,
  };
}

/** Fields replaced by tokens: Core refuses to tokenize one twice, and stops at the first it refuses. */
export function tokenizationWrite(
  tools: IdentityTools,
  id: string,
  fields: readonly TokenizableField[],
  send: (fields: readonly TokenizableField[]) => Promise<unknown>,
  options: CallOptions | undefined,
): Write<readonly TokenizableField[], void> {
  return {
    kind: "tokenization",
    target: id,
    what: `the tokenization of ${fields.join(", ")} of ${id}`,
    lookAt: () => `which fields of ${id} are tokens`,
    body: fields,
    divisible: true,
    async send(rest) {
      await send(rest);
    },
    async look() {
      const sighting = sightTokenization(fields, await readTokenizedFields(tools.proxy, id, options));
      return sighting.sight === "done" ? { sight: "done", result: undefined } : sighting;
    },
    saysDone: (error) => error instanceof CoreError && error.coreCode === "IDT_FIELD_ALREADY_TOKENIZED",
    recall: () => undefined,
    assume: () => undefined,
  };
}

/** Keys merged into the metadata of a record: repeating it changes nothing. */
export function metadataWrite(
  tools: IdentityTools,
  id: string,
  metadata: Metadata,
  options: CallOptions | undefined,
): Write<Metadata, Metadata> {
  const path = `/${pathSegment(id, "record id")}/metadata`;
  return {
    kind: "metadata",
    target: id,
    what: `the metadata of ${id}`,
    lookAt: () => `at the metadata of ${id}`,
    body: metadata,
    repeatable: true,
    patience: [0],
    async send(body) {
      const request = {
        method: "POST",
        path,
        body: { meta_data: body },
        repeat: "repeatable",
        options,
      } as const;
      const { value } = await tools.proxy.write(request);
      return readMetadata(readObject(value, "metadata")["meta_data"]);
    },
    async look() {
      const present = await metadataOf(tools.data, id, options);
      // For transactions Core answers what was sent, for everything else the whole.
      return seenAs(holdsFields(present, metadata), id.startsWith("txn_") ? metadata : (present ?? metadata));
    },
    recall: readMetadata,
    assume: () => metadata,
  };
}

/** A derived reference as the id of an identity, which has to be a UUID: one of version 8, "custom". */
function identityIdFrom(reference: string): string {
  const hex = reference.replace(/^ref_/, "");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
  ];
  return `idt_${groups.join("-")}-${hex.slice(20, 32)}`;
}

/** Sends a new identity; what an earlier try of the same call made is read back. */
async function createIdentity(tools: IdentityTools, identity: NewIdentity, options: CallOptions | undefined) {
  const complete = { ...identity, identity_id: identity.identity_id ?? `idt_${tools.newId()}` };
  const attempt = await sendIdentity(tools, complete, options);
  return identityOf(tools, complete.identity_id, attempt, options);
}

/** As `createIdentity`, where an earlier run of the caller may have made it. */
export async function ensureIdentity(
  tools: IdentityTools,
  identity: NewIdentity & { readonly identity_id: string },
  options: CallOptions | undefined,
): Promise<Identity> {
  const attempt = await sendIdentity(tools, identity, options);
  return identityOf(tools, identity.identity_id, { ...attempt, earlierTryUnknown: true }, options);
}

function sendIdentity(tools: IdentityTools, body: NewIdentity, options: CallOptions | undefined) {
  return tools.proxy.attemptWrite({
    method: "POST",
    path: "/identities",
    body,
    repeat: "repeatable",
    options,
  });
}

async function identityOf(
  tools: IdentityTools,
  id: string,
  { result, earlierTryUnknown }: Attempt,
  options: CallOptions | undefined,
): Promise<Identity> {
  if (!(result instanceof Error)) return readRecord(identityShape, result.value);
  // Core's code is the same for every bad id, so the record itself has to tell.
  const mayBeTaken = result instanceof CoreError && result.coreCode === "IDT_VALIDATION_ERROR";
  if (!mayBeTaken || !earlierTryUnknown) throw result;
  const recorded = await readIdentity(tools, id, options);
  if (recorded === undefined) throw result;
  return recorded;
}

async function readIdentity({ proxy }: IdentityTools, id: string, options: CallOptions | undefined) {
  try {
    return readRecord(identityShape, (await proxy.read(identityPath(id), {}, options)).value);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function identityPath(id: string): string {
  return `/identities/${pathSegment(id, "identity_id")}`;
}

async function metadataOf(
  data: DataApi,
  id: string,
  options: CallOptions | undefined,
): Promise<Metadata | undefined> {
  const collections = {
    ldg_: data.ledgers,
    bln_: data.balances,
    idt_: data.identities,
    txn_: data.transactions,
  } as const;
  const collection = Object.entries(collections).find(([prefix]) => id.startsWith(prefix))?.[1];
  if (collection === undefined) return undefined;
  try {
    return (await collection.get(id, options)).meta_data ?? undefined;
  } catch (error) {
    // A split's or a batch's id is no record, though its metadata can be written.
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    (error instanceof CoreError || error instanceof CloudRefused) && (error as CloudError).status === 404
  );
}

/** Core leaves a field alone when it is given an empty one. */
function nonEmpty(changes: NewIdentity): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== "" && value !== null));
}

function readMetadata(value: unknown): Metadata {
  return readObject(value, "metadata") as Metadata;
}

function seenAs<Result>(isThere: boolean, result: Result) {
  return isThere ? ({ sight: "done", result } as const) : ({ sight: "absent" } as const);
}
