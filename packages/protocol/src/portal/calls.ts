/** What a portal page and the app's server agree on about the page's own calls. Contract section 7 (Token and session). */

/**
 * Header of a call that the page made by itself, without a person having done anything since the call before. It is
 * guarded and answered like any other, but it is no use of the session, so an unattended page cannot keep one alive.
 */
export const passiveCallHeader = "annex-passive";

/**
 * Header of a call that changes something: a text that is new for each press of a person and the same for whatever
 * repeats it. All calls of a member under one key are one.
 */
export const idempotencyKeyHeader = "idempotency-key";

/**
 * Header of an answer after which a key is used up: asking again under it gives this answer again, so what a person
 * does next is another press. Without it, as where no answer came at all, the next try goes on under the same key.
 */
export const concludedCallHeader = "annex-concluded";

/**
 * Header of a call that only asks whether its key is used up: it carries nothing out, and is no use of the session. The
 * answer is empty, and has the header `annex-concluded` where what a person does next is another press, though no page
 * comes that could say so.
 */
export const askingCallHeader = "annex-asking";

/**
 * Under what a page remembers a press that it has not heard of again: short, and the same for the same call. Neither a
 * signature nor a secret: two calls with one name are told apart by the app's server, and whoever reads the browser's
 * storage and can try all texts that come into question, such as all amounts, finds out which it was. Refers to nothing
 * outside itself, so that a page's script can be written with it.
 *
 * @example
 * nameOfCall("POST /portal/api/pay\n{}"); // 26 characters at most
 */
export function nameOfCall(text: string): string {
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 2654435761);
    second = Math.imul(second ^ unit, 1597334677);
  }
  first = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return `${(first >>> 0).toString(36)}-${(second >>> 0).toString(36)}-${text.length.toString(36)}`;
}

/**
 * Whether the framework may add to the state of a history entry: where there is none, or a plain object. What a router
 * made otherwise (a text, an array, a `Map`) is its own. Refers to nothing outside itself, as `nameOfCall`.
 *
 * @example
 * if (isPlainState(history.state)) history.replaceState({ ...history.state, mine: 1 }, "");
 */
export function isPlainState(state: unknown): state is Record<string, unknown> | null {
  return (
    state === null ||
    (typeof state === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(state)))
  );
}
