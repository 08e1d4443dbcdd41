/** The texts in the repository, and the changesets that declare how they change. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The signatures of one package. */
export type Report = { readonly name: string; readonly directory: string; readonly text: string };

const changesets = resolve(import.meta.dirname, "../../.changeset");
const lastDeclared = /^\/\/ Last change declared by \.changeset\/(.+)\.md\n\n/m;

const fileOf = ({ directory }: Pick<Report, "directory">) => join(directory, "api.txt");

/** What stands in the repository; `undefined` where nothing does. */
export function readReport(
  report: Pick<Report, "directory">,
): { readonly text: string; readonly declaredBy: string | undefined } | undefined {
  if (!existsSync(fileOf(report))) return undefined;
  const whole = readFileSync(fileOf(report), "utf8");
  const header = lastDeclared.exec(whole);
  const end = header === null ? 0 : header.index + header[0].length;
  return { text: whole.slice(end), declaredBy: header?.[1] };
}

export function writeReport(report: Report, changeset: string): void {
  const header = `// Public signatures of ${report.name}: written by \`npm run api -- CHANGESET\`, never by hand.\n// Last change declared by .changeset/${changeset}.md\n\n`;
  writeFileSync(fileOf(report), header + report.text);
}

/** The packages that a changeset names; `undefined` where there is no such changeset. */
export function findChangeset(name: string): readonly string[] | undefined {
  const file = join(changesets, `${name}.md`);
  if (!existsSync(file)) return undefined;
  const [, front = ""] = readFileSync(file, "utf8").split("---");
  return [...front.matchAll(/^["']?([^"':\s]+)["']?:/gm)].map(([, found = ""]) => found);
}

export function changesetNames(): readonly string[] {
  return readdirSync(changesets)
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length));
}

const shownLines = 12;

/** What is there no more and what is new, by lines; the order alone is told too. */
export function compare(before: string | undefined, after: string): string {
  if (before === undefined) return "its signatures are not in the repository yet.";
  const old = new Set(before.split("\n"));
  const now = new Set(after.split("\n"));
  const gone = [...old].filter((line) => !now.has(line)).map((line) => `  - ${line}`);
  const come = [...now].filter((line) => !old.has(line)).map((line) => `  + ${line}`);
  const lines = [...gone, ...come];
  if (lines.length === 0) return "the order of its signatures changed.";
  const more = lines.length > shownLines ? [`  … and ${lines.length - shownLines} lines more`] : [];
  return ["its public signatures changed:", ...lines.slice(0, shownLines), ...more].join("\n");
}
