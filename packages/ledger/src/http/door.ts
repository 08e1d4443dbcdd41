/**
 * Where requests come in. What can be told without the body is told first: who asks from where, the key, the
 * route. Only a request that gets through is asked for its body, and for no more of it than its route reads.
 */

import { CoreFailure } from "./errors.ts";
import type { CoreRequest, CoreResponse } from "./exchange.ts";
import { answerHeaders, checkKey } from "./headers.ts";
import { refuseForeignPages } from "./origins.ts";
import { type Answer, failureAnswer, type Router } from "./router.ts";

/** A request without its body. */
export type RequestHead = Omit<CoreRequest, "body">;

/** What a head leads to: an answer at once, or a route that reads a body. */
export type Entered =
  | { readonly kind: "answered"; readonly answer: CoreResponse }
  | {
      readonly kind: "admitted";
      /** Bytes of a body that are kept; a longer one is refused by the route, which needs one byte too many to know. */
      readonly bodyBytes: number;
      /** @param body in the pieces it came in */
      answer(body: readonly Uint8Array[]): Promise<CoreResponse>;
    };

/** The one door of a ledger, for HTTP and for callers in this process. */
export interface Door {
  /** `peer` is the other end's address and port, empty in this process. */
  enter(head: RequestHead, peer: string): Entered;
}

/** Opens the door; without a key every request from this machine gets through, but none that a web page sends. */
export function createDoor(router: Router, key: string | undefined): Door {
  return {
    enter(head, peer) {
      const headers = lowerCased(head.headers);
      const response = (answer: Answer) => toResponse(answer, headers, peer);
      const found = orRefusal(() => {
        checkKey(key, head.path.split("?", 1)[0] ?? "", headers);
        if (key === undefined) refuseForeignPages(headers);
        return router.find(head.method, head.path);
      });
      if (found.kind === "answered") return { kind: "answered", answer: response(found.answer) };
      return {
        kind: "admitted",
        bodyBytes: found.bodyBytes,
        answer: async (body) => response(await found.run(headers, body)),
      };
    },
  };
}

function orRefusal(find: () => ReturnType<Router["find"]>): ReturnType<Router["find"]> {
  try {
    return find();
  } catch (error) {
    if (error instanceof CoreFailure) return { kind: "answered", answer: failureAnswer(error) };
    throw error;
  }
}

function toResponse(given: Answer, headers: Readonly<Record<string, string>>, peer: string): CoreResponse {
  const type = given.contentType === "" ? {} : { "Content-Type": given.contentType };
  return {
    status: given.status,
    headers: { ...(given.bare === true ? {} : answerHeaders(headers, peer)), ...type, ...given.headers },
    body: Buffer.from(given.body, "utf8"),
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
