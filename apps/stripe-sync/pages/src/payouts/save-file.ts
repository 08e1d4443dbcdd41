/** Hands a text to the browser as a file to keep. */
import type { ExportJson } from "../../../src/portal-types.ts";

export function saveFile({ file, text }: ExportJson): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  // Not at once: the browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
