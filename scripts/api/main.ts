/**
 * The public signatures of every public package, as text in the repository (`packages/<name>/api.txt`): a change of
 * one shows in a review, and does not pass `npm run check` before a changeset declares it.
 *
 *   node scripts/api/main.ts                compares; ends with 1 and says what differs
 *   node scripts/api/main.ts NAME           writes what `.changeset/NAME.md` declares
 *
 * With them goes that nothing is published without words: a sentence for each export, an example for each value
 * (`words`).
 *
 * Declarations are emitted as for the packages, each entry's are put together and stripped to what it exports
 * (`signatures`), and held against the text that is there (`reports`).
 */
import { emitDeclarations } from "../pack/emit.mjs";
import { publicPackages } from "../pack/public-packages.mjs";
import { changesetNames, compare, findChangeset, type Report, readReport, writeReport } from "./reports.ts";
import { declaredEntries, signaturesIn } from "./signatures.ts";
import { missingWords } from "./words.ts";

const [changeset] = process.argv.slice(2);
const packages = publicPackages();
const emitted = emitDeclarations(packages);
const current: readonly (Report & { readonly silent: readonly string[] })[] = await Promise.all(
  packages.map(async ({ folder, directory, manifest, entries }) => {
    const declared = await declaredEntries(`${emitted}/${folder}/src`, entries);
    const silent = new Set(declared.flatMap(({ code }) => missingWords(code)));
    return { name: manifest.name, directory, text: signaturesIn(declared), silent: [...silent] };
  }),
);
const changed = current.filter((report) => readReport(report)?.text !== report.text);

process.exitCode = changeset === undefined ? say(changed) : declare(changed, changeset);

function say(reports: readonly Report[]): number {
  for (const report of reports)
    console.error(`${report.name}: ${compare(readReport(report)?.text, report.text)}`);
  const undeclared = current.filter((report) => !isDeclared(report));
  for (const { name } of undeclared)
    console.error(`${name}: the changeset that its api.txt names says nothing of this package.`);
  const silent = current.flatMap((report) => report.silent.map((what) => `${report.name}: ${what}`));
  for (const what of silent) console.error(`${what}. Write it into its docstring.`);
  if (reports.length > 0)
    console.error("Declare the change: npx changeset, then npm run api -- NAME with the changeset's name.");
  return reports.length + undeclared.length + silent.length === 0 ? 0 : 1;
}

/** A changeset that is gone was released. */
function isDeclared(report: Report): boolean {
  const by = readReport(report)?.declaredBy;
  const names = by === undefined ? undefined : findChangeset(by);
  return names === undefined || names.includes(report.name);
}

function declare(reports: readonly Report[], name: string): number {
  const declared = findChangeset(name);
  if (declared === undefined) {
    console.error(`There is no .changeset/${name}.md. There are: ${changesetNames().join(", ")}.`);
    return 1;
  }
  const silent = reports.filter((report) => !declared.includes(report.name));
  for (const report of silent)
    console.error(`.changeset/${name}.md says nothing of ${report.name}, which changed.`);
  if (silent.length > 0) return 1;
  for (const report of reports) writeReport(report, name);
  console.log(
    `Written: ${reports.map((report) => report.name).join(", ") || "nothing, since nothing changed"}.`,
  );
  return 0;
}
