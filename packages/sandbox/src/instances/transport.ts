/** The one way the Cloud speaks to a Core, whether that is in this process or far away. */
import type { CoreRequest, CoreResponse, Ledger } from "@annex/ledger";
import type { Surroundings } from "../surroundings.ts";

/** Core's HTTP API, already carrying the instance's own key. */
export type CoreTransport = {
  /** @throws InstanceUnreachable when no answer can be had; every answer of Core's, errors too, is returned. */
  request(request: CoreRequest): Promise<CoreResponse>;
};

/** The Core behind an instance gave no answer. */
export class InstanceUnreachable extends Error {
  override readonly name = "InstanceUnreachable";
}

const keyHeader = "x-blnk-key";
/** Milliseconds; an upload to a Core far away takes its time. */
const remoteTimeout = 60_000;

/** A Core that is a ledger inside this process. */
export function inProcessCore(ledger: Pick<Ledger, "handle">, key: string): CoreTransport {
  return { request: (request) => ledger.handle(withKey(request, key)) };
}

/** A Core behind a URL, such as a real one. Redirects are Core's answers and are not followed. */
export function remoteCore(
  core: { readonly url: string; readonly key: string },
  { fetch }: Pick<Surroundings, "fetch">,
): CoreTransport {
  const base = core.url.replace(/\/+$/, "");
  return {
    request: async (request) => {
      const { method, path, headers, body } = withKey(request, core.key);
      try {
        const answer = await fetch(`${base}${path}`, {
          method,
          headers,
          redirect: "manual",
          signal: AbortSignal.timeout(remoteTimeout),
          ...(body === undefined || body.length === 0 ? {} : { body: Uint8Array.from(body) }),
        });
        const bytes = new Uint8Array(await answer.arrayBuffer());
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes };
      } catch (cause) {
        throw new InstanceUnreachable(`The instance's Core does not answer.`, { cause });
      }
    },
  };
}

function withKey(request: CoreRequest, key: string): CoreRequest {
  if (key === "") return request;
  return { ...request, headers: { ...request.headers, [keyHeader]: key } };
}
