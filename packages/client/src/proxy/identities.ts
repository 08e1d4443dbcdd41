/** Identities, tokenization and metadata through the Proxy. Contract section 8, Proxy API. */
import {
  type Identity,
  identityShape,
  type Metadata,
  readList,
  readObject,
  readRecord,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { NewIdentity, TokenizableField } from "./identity-requests.ts";
import {
  ensureIdentity,
  type IdentityTools,
  identityUpdateWrite,
  identityWrite,
  metadataWrite,
  tokenizationWrite,
} from "./identity-writes.ts";
import { type CoreList, listQuery } from "./ledgers.ts";
import { readTokenizedFields } from "./tokenized-fields.ts";

/**
 * Calls on identities and on the metadata of any record. Contract section 8, Proxy API.
 *
 * @example
 * const identity = await cloud.proxy.createIdentity({ identity_type: "individual", first_name: "Ama" });
 * await cloud.proxy.tokenizeFields(identity.identity_id, ["FirstName"]);
 */
export interface IdentityCalls {
  /**
   * Creates an identity. Safe to repeat, because the client gives it an id where the caller does not: when a repeated
   * try finds the id taken, the recorded identity is read back and returned.
   */
  createIdentity(identity: NewIdentity, options?: CallOptions): Promise<Identity>;
  /** As `createIdentity`, for work an earlier run may have done: an identity that has this id already is returned. */
  ensureIdentity(
    identity: NewIdentity & { readonly identity_id: string },
    options?: CallOptions,
  ): Promise<Identity>;
  getIdentity(identityId: string, options?: CallOptions): Promise<Identity>;
  listIdentities(page?: CoreList, options?: CallOptions): Promise<readonly Identity[]>;
  /** Writes the non-empty fields; `meta_data` replaces what is stored. Repeating it changes nothing. */
  updateIdentity(identityId: string, changes: NewIdentity, options?: CallOptions): Promise<void>;
  /** Replaces fields by tokens. Sent again only when it certainly was not carried out. */
  tokenizeFields(
    identityId: string,
    fields: readonly TokenizableField[],
    options?: CallOptions,
  ): Promise<void>;
  tokenizeField(identityId: string, field: TokenizableField, options?: CallOptions): Promise<void>;
  /** The clear values of tokenized fields; no field named means all. Needs `data:write`; changes nothing. */
  detokenizeFields(
    identityId: string,
    fields: readonly TokenizableField[],
    options?: CallOptions,
  ): Promise<Readonly<Record<string, string>>>;
  detokenizeField(identityId: string, field: TokenizableField, options?: CallOptions): Promise<string>;
  getTokenizedFields(identityId: string, options?: CallOptions): Promise<readonly string[]>;
  /**
   * Merges keys into the metadata of a ledger, balance, identity, transaction or batch, top level only. Repeating it
   * changes nothing. For transactions the answer holds only what was sent.
   */
  updateMetadata(recordId: string, metadata: Metadata, options?: CallOptions): Promise<Metadata>;
}

/** Binds the calls on identities and metadata. */
export function identityCalls(tools: IdentityTools): IdentityCalls {
  const { proxy, effects } = tools;
  const path = (id: string, rest = "") => `/identities/${pathSegment(id, "identity_id")}${rest}`;
  const post = (route: string, body: unknown, options: CallOptions | undefined) =>
    proxy.write({ method: "POST", path: route, body, repeat: "once", options });
  return {
    createIdentity: async (identity, options) => effects.perform(identityWrite(tools, identity, options)),
    ensureIdentity: (identity, options) => ensureIdentity(tools, identity, options),
    async getIdentity(id, options) {
      return readRecord(identityShape, (await proxy.read(path(id), {}, options)).value);
    },
    async listIdentities(page, options) {
      const { value } = await proxy.read("/identities", listQuery(page), options);
      return readList(value, "identity").map((record) => readRecord(identityShape, record));
    },
    updateIdentity: async (id, changes, options) =>
      effects.perform(identityUpdateWrite(tools, id, changes, options)),
    async tokenizeFields(id, fields, options) {
      const send = (rest: readonly TokenizableField[]) =>
        post(path(id, "/tokenize"), { fields: rest }, options);
      await effects.perform(tokenizationWrite(tools, id, fields, send, options));
    },
    async tokenizeField(id, field, options) {
      const route = path(id, `/tokenize/${pathSegment(field, "field")}`);
      const send = () => post(route, undefined, options);
      await effects.perform(tokenizationWrite(tools, id, [field], send, options));
    },
    async detokenizeFields(id, fields, options) {
      const route = path(id, "/detokenize");
      const { value } = await proxy.write({
        method: "POST",
        path: route,
        body: { fields },
        repeat: "repeatable",
        options,
      });
      return readObject(readObject(value, "clear values")["fields"], "clear values") as Record<
        string,
        string
      >;
    },
    async detokenizeField(id, field, options) {
      const { value } = await proxy.read(path(id, `/detokenize/${pathSegment(field, "field")}`), {}, options);
      return String(readObject(value, "a clear value")["value"]);
    },
    getTokenizedFields: (id, options) => readTokenizedFields(proxy, id, options),
    updateMetadata: async (id, metadata, options) =>
      effects.perform(metadataWrite(tools, id, metadata, options)),
  };
}
