import { readList, readObject } from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { ProxyCaller } from "./call.ts";

/** The names of the fields of an identity that are tokens. */
export async function readTokenizedFields(
  proxy: ProxyCaller,
  identityId: string,
  options: CallOptions | undefined,
): Promise<readonly string[]> {
  const path = `/identities/${pathSegment(identityId, "identity_id")}/tokenized-fields`;
  const { value } = await proxy.read(path, {}, options);
  return readList(readObject(value, "tokenized fields")["tokenized_fields"], "field").map(String);
}
