/** What publint finds in a staged package stops the packing. */
import { publint } from "publint";
import { formatMessage } from "publint/utils";

export async function lintStage(stage) {
  const { messages, pkg } = await publint({ pkgDir: stage, strict: true, pack: "npm" });
  if (messages.length === 0) return;
  const sentences = messages.map((message) => formatMessage(message, pkg));
  throw new Error(`publint on ${pkg.name}:\n${sentences.join("\n")}`);
}
