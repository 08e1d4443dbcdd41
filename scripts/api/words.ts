/** Which exports are published without the words they need: a sentence for each, an example for each value. */
import { parseSync } from "oxc-parser";

/**
 * What lacks words among the exports of one entry.
 *
 * @param code its declarations in one text, with their comments.
 * @returns a line for each, such as `createApp: no example`.
 */
export function missingWords(code: string): readonly string[] {
  const { program, comments } = parseSync("declarations.d.ts", code);
  const said = new Map<string, string>();
  const plain = new Set<string>();
  const exported: { readonly name: string; readonly local: string }[] = [];
  for (const node of program.body) {
    const docstring = comments.findLast(
      ({ end, type, value }) =>
        type === "Block" &&
        value.startsWith("*") &&
        end <= node.start &&
        code.slice(end, node.start).trim() === "",
    );
    const declaration = code.slice(node.start, node.end);
    const declared = nameOf(declaration);
    if (declared !== undefined) said.set(declared, docstring?.value ?? "");
    if (declared !== undefined && isPlain(declaration)) plain.add(declared);
    if (node.type !== "ExportNamedDeclaration" || node.source !== null) continue;
    for (const { local, exported: as } of node.specifiers)
      exported.push({ name: nameIn(as), local: nameIn(local) });
  }
  return (
    exported
      // What comes from another package has its words there, and an icon's name is what it shows.
      .filter(({ local, name }) => said.has(local) && !/^[A-Z].*Icon$/.test(name))
      .flatMap(({ name, local }) => {
        const words = said.get(local) ?? "";
        if (!/[A-Za-z]{2}/.test(words)) return [`${name}: no words`];
        return plain.has(local) || words.includes("@example") ? [] : [`${name}: no example`];
      })
  );
}

const declares =
  /^(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:function|class|interface|type|const|enum)\s+([\w$]+)/;

function nameOf(declaration: string): string | undefined {
  return declares.exec(declaration)?.[1];
}

/** A type is used by what it stands in; a constant of texts and numbers is an example of itself, one that can be called is not. */
function isPlain(declaration: string): boolean {
  if (/^(?:export\s+)?(?:declare\s+)?(?:type|interface)\s/.test(declaration)) return true;
  return (
    /^(?:export\s+)?(?:declare\s+)?const\s/.test(declaration) && !/=>|\bz\.|Component|Theme/.test(declaration)
  );
}

function nameIn(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}
