/** What publint finds in a packed package stops the packing. */
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** Looks at a package as it is packed, which is what users get. @throws Error with what is wrong. */
export async function lintTarball(tarball) {
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: contentOf(tarball) } });
  if (messages.length === 0) return;
  const sentences = messages.map((message) => formatMessage(message, pkg));
  throw new Error(`publint on ${pkg.name}:\n${sentences.join("\n")}`);
}

function contentOf(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
