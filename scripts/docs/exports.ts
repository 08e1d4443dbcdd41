/** One page for each package: what it exports, each with its words and its signature. */
import { parseSync } from "oxc-parser";
import { declarationsOf } from "../api/signatures.ts";
import { emitDeclarations } from "../pack/emit.mjs";
import { publicPackages } from "../pack/public-packages.mjs";

/** Names of pages, and their texts. */
export async function packagePages(): Promise<Readonly<Record<string, string>>> {
  const packages = publicPackages();
  const emitted = emitDeclarations(packages);
  const pages = await Promise.all(
    packages.map(async ({ folder, manifest, entries }) => {
      const texts = await Promise.all(
        entries
          .filter((entry) => /index\.tsx?$|words\.ts$/.test(entry))
          .map(async (entry) => entryText(entry, await declarationsOf(`${emitted}/${folder}/src`, entry))),
      );
      return [`package-${folder}`, [`# ${manifest.name}`, ...texts].join("\n\n")] as const;
    }),
  );
  return Object.fromEntries(pages);
}

function entryText(entry: string, code: string): string {
  const described = declarationsIn(code).map(
    ({ name, words, signature }) => `### ${name}\n\n${words}\n\n\`\`\`ts\n${signature}\n\`\`\``,
  );
  return [
    `## From \`${entry.replace("./src/", "").replace(/(index)?\.tsx?$/, "") || "the package"}\``,
    ...described,
  ].join("\n\n");
}

type Described = { readonly name: string; readonly words: string; readonly signature: string };

/** Declarations with words before them; what has none is part of another one's signature. */
function declarationsIn(code: string): readonly Described[] {
  const { program, comments } = parseSync("declarations.d.ts", code);
  return program.body.flatMap((node) => {
    const before = comments.findLast(
      ({ end }) => end <= node.start && code.slice(end, node.start).trim() === "",
    );
    const signature = code.slice(node.start, node.end);
    const name = /(?:function|class|interface|type|const)\s+([\w$]+)/.exec(signature)?.[1];
    if (before === undefined || name === undefined) return [];
    return [{ name, words: wordsOf(before.value), signature }];
  });
}

/** A docstring as Markdown: its stars and tags read as a person would. */
function wordsOf(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, ""));
  const text = lines.join("\n").trim();
  const [words = "", ...examples] = text.split("@example");
  const read = words
    .replaceAll(/@throws (?:\{[^}]*\} )?/g, "\n\n**Throws:** ")
    .replaceAll(/@returns? /g, "\n\n**Returns:** ")
    .replaceAll(/@param ([\w.]+) /g, "\n\n**`$1`:** ")
    .split("`")
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;"),
    )
    .join("`");
  const shown = examples.map((example) => {
    const bare = example.trim();
    return bare.startsWith("```") ? bare : `\`\`\`ts\n${bare}\n\`\`\``;
  });
  return [read, ...shown].join("\n\n").trim();
}
