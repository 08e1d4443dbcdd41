/** Identities, tokenization and metadata through the Proxy. Contract section 8, Proxy API. */
import { CoreError } from "../errors/index.ts";
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
import type { ProxyCaller } from "./call.ts";
import { type CoreList, listQuery } from "./ledgers.ts";

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
export function identityCalls(proxy: ProxyCaller, newIdentityId: () => string): IdentityCalls {
  const path = (id: string, rest = "") => `/identities/${pathSegment(id, "identity_id")}${rest}`;
  const getIdentity = async (id: string, options?: CallOptions) =>
    readRecord(identityShape, (await proxy.read(path(id), {}, options)).value);

  async function create(
    body: NewIdentity & { identity_id: string },
    mayExist: boolean,
    options?: CallOptions,
  ) {
    const request = { method: "POST", path: "/identities", body, repeat: "repeatable", options } as const;
    const { result, earlierTryUnknown } = await proxy.attemptWrite(request);
    if (!(result instanceof Error)) return readRecord(identityShape, result.value);
    // Core's code is the same for every bad id, so the record itself has to tell.
    const mayBeTaken = result instanceof CoreError && result.coreCode === "IDT_VALIDATION_ERROR";
    if (!mayBeTaken || !(mayExist || earlierTryUnknown)) throw result;
    return getIdentity(body.identity_id, options).catch(() => {
      throw result;
    });
  }

  return {
    createIdentity: (identity, options) =>
      create({ ...identity, identity_id: identity.identity_id ?? newIdentityId() }, false, options),
    ensureIdentity: (identity, options) => create(identity, true, options),
    getIdentity,
    async listIdentities(page, options) {
      const { value } = await proxy.read("/identities", listQuery(page), options);
      return readList(value, "identity").map((record) => readRecord(identityShape, record));
    },
    async updateIdentity(id, body, options) {
      await proxy.write({ method: "PUT", path: path(id), body, repeat: "repeatable", options });
    },
    async tokenizeFields(id, fields, options) {
      await proxy.write({
        method: "POST",
        path: path(id, "/tokenize"),
        body: { fields },
        repeat: "once",
        options,
      });
    },
    async tokenizeField(id, field, options) {
      const route = path(id, `/tokenize/${pathSegment(field, "field")}`);
      await proxy.write({ method: "POST", path: route, repeat: "once", options });
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
    async getTokenizedFields(id, options) {
      const { value } = await proxy.read(path(id, "/tokenized-fields"), {}, options);
      return readList(readObject(value, "tokenized fields")["tokenized_fields"], "field").map(String);
    },
    async updateMetadata(id, metadata, options) {
      const route = `/${pathSegment(id, "record id")}/metadata`;
      const body = { meta_data: metadata };
      const { value } = await proxy.write({
        method: "POST",
        path: route,
        body,
        repeat: "repeatable",
        options,
      });
      return readObject(readObject(value, "metadata")["meta_data"], "metadata") as Metadata;
    },
  };
}
