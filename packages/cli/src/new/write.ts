/** Writing an app: beside its place first, then moved there whole, so that nothing is ever half written. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { PlannedFile } from "./plan.ts";

export async function writeApp(directory: string, files: readonly PlannedFile[]): Promise<void> {
  const { makeDirectory } = await import("@annex/ledger/directory");
  makeDirectory(dirname(directory));
  const draft = mkdtempSync(`${directory}.`);
  try {
    for (const file of files) writeFile(join(draft, file.path), file);
    // It is empty, or the plan would have been refused.
    if (existsSync(directory)) rmdirSync(directory);
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Into a folder that is there. What others name comes before what names it: a package.json last, and in one move. */
export function writeInto(directory: string, files: readonly PlannedFile[]): void {
  for (const file of files) {
    const path = join(directory, file.path);
    writeFile(`${path}.new`, file);
    renameSync(`${path}.new`, path);
  }
}

function writeFile(path: string, file: PlannedFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if ("text" in file) writeFileSync(path, file.text);
  else copyFileSync(file.copyOf, path);
}
