/** What a package's entries export, as declarations without their comments. */
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/** One entry as it is declared: its source, such as `./src/index.ts`, and the declarations with their comments. */
export type DeclaredEntry = { readonly entry: string; readonly code: string };

/** What a package's entries declare. @param folder where its declarations were emitted. */
export function declaredEntries(
  folder: string,
  entries: readonly string[],
): Promise<readonly DeclaredEntry[]> {
  return Promise.all(entries.map(async (entry) => ({ entry, code: await declarationsOf(folder, entry) })));
}

/** The signatures among them. */
export function signaturesIn(declared: readonly DeclaredEntry[]): string {
  return declared.map(({ entry, code }) => `// ${moduleOf(entry)}\n\n${withoutComments(code)}`).join("\n");
}

/** One entry's declarations in one text, with their comments, with what they need and nothing else. */
export async function declarationsOf(folder: string, entry: string): Promise<string> {
  const bundle = await rolldown({
    input: join(folder, `${moduleOf(entry)}.d.ts`),
    // Declarations come in and go out: no compiler is asked.
    plugins: [dts({ dtsInput: true, emitDtsOnly: true, oxc: true, tsconfig: false })],
    external: /^[^./]/,
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return output.map((part) => (part.type === "chunk" ? part.code : "")).join("\n");
}

function moduleOf(entry: string): string {
  return entry.replace("./src/", "").replace(/\.tsx?$/, "");
}

/** Words about a signature may change without it. */
function withoutComments(code: string): string {
  const { comments } = parseSync("declarations.d.ts", code);
  let rest = "";
  let from = 0;
  for (const { start, end } of comments) {
    rest += code.slice(from, start);
    from = end;
  }
  return (rest + code.slice(from))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n")
    .concat("\n");
}
