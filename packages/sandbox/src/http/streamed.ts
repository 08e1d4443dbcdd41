/** An answer that is long lists, written piece by piece: others are served between two pieces, and its text is never whole in memory. */
import { setImmediate } from "node:timers/promises";
import { stringifyExactJson } from "@annex/protocol";
import { guards, holding, type ResponseOf } from "./answers.ts";

/** Characters of a piece; about a millisecond of work. */
const pieceLength = 64 * 1024;

/**
 * A JSON object whose members are lists.
 *
 * @example
 * ```ts
 * streamedLists({ apps: [{ app_id: "app_1" }] }); // {"apps":[{"app_id":"app_1"}]}
 * ```
 */
export function streamedLists<const Lists extends Readonly<Record<string, Iterable<unknown>>>>(
  lists: Lists,
): ResponseOf<Read<Lists>> {
  const pieces = piecesOf(lists);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await setImmediate();
      const { done, value } = pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(Buffer.from(value));
    },
  });
  const headers = { ...guards, "content-type": "application/json; charset=utf-8" };
  return holding(new Response(body, { headers }));
}

/** What the lists are for whoever reads them. */
type Read<Lists> = {
  readonly [Name in keyof Lists]: Lists[Name] extends Iterable<infer Item> ? Item[] : never;
};

function* piecesOf(lists: Readonly<Record<string, Iterable<unknown>>>): Generator<string, void> {
  let piece = "{";
  let first = true;
  for (const [name, items] of Object.entries(lists)) {
    piece += `${first ? "" : ","}${JSON.stringify(name)}:[`;
    first = false;
    let comma = "";
    for (const item of items) {
      piece += comma + stringifyExactJson(item);
      comma = ",";
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
    piece += "]";
  }
  yield `${piece}}`;
}
