/** What the Cloud adds to a transaction on its way to Core. Contract section 8, Proxy API. */
import { proxyDefaultPrecision } from "@annex/protocol";
import { scanObject } from "./scan-object.ts";

/**
 * The body of `POST /transactions` with `precision` and `reference` put in where they
 * are missing. Every byte that was sent stays as it was.
 *
 * @example
 * ```ts
 * completeTransaction(Buffer.from('{"amount":1}'), () => "ref_1"); // {"amount":1,"precision":100,"reference":"ref_1"}
 * ```
 */
export function completeTransaction(body: Uint8Array, newReference: () => string): Uint8Array {
  // One character a byte: the offsets found in the text are those of the bytes.
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  const object = scanObject(text);
  if (object === undefined) return body;
  const additions = [
    ...(object.present.has("precision") ? [] : [`"precision":${proxyDefaultPrecision}`]),
    ...(object.present.has("reference") ? [] : [`"reference":"${newReference()}"`]),
  ].join(",");
  if (additions === "") return body;
  const inserted = `${object.empty ? "" : ","}${additions}`;
  return Buffer.from(`${text.slice(0, object.closing)}${inserted}${text.slice(object.closing)}`, "latin1");
}
