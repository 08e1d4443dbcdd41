import type { Exchange } from "../../http/exchange.ts";

/** A part of a file, both ends included. */
export type ByteRange = { readonly from: number; readonly to: number };

/**
 * The one part of a file that a request asks for, as players of media do;
 * `undefined` when it asks for all of it, for several parts, or for a part of
 * another version.
 */
export function byteRange(
  exchange: Pick<Exchange, "header">,
  file: { readonly size: number; readonly tag: string },
): ByteRange | "unsatisfiable" | undefined {
  const version = exchange.header("if-range");
  if (version !== undefined && version !== file.tag) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(exchange.header("range")?.replace(/\s/g, "") ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  const end = file.size - 1;
  const from = first === "" ? Math.max(0, file.size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? end : Math.min(Number(last), end);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return from > to ? "unsatisfiable" : { from, to };
}
