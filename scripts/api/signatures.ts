/** What a package's entries export, as declarations without their comments. */
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/**
 * @param folder where the package's declarations were emitted.
 * @param entries its entries as sources, such as `./src/index.ts`.
 */
export async function signaturesOf(folder: string, entries: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    entries.map(async (entry) => {
      return `// ${moduleOf(entry)}\n\n${withoutComments(await declarationsOf(folder, entry))}`;
    }),
  );
  return texts.join("\n");
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
