/** What a file imports: values, types, re-exports, `import()` and `import("…").Type` alike. */
import { parseSync, Visitor } from "oxc-parser";

/**
 * The specifiers a source text imports, each once, as written.
 *
 * @throws Error when the text is no TypeScript.
 * @example importsOf("a.ts", 'import type { A } from "./b.ts"') // ["./b.ts"]
 */
export function importsOf(file: string, text: string): readonly string[] {
  const { module, program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const found = new Set(module.staticImports.map((statement) => statement.moduleRequest.value));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest !== null) found.add(moduleRequest.value);
  }
  const keep = ({ source }: { readonly source: { readonly type: string } }): void => {
    if ("value" in source && typeof source.value === "string") found.add(source.value);
  };
  new Visitor({ ImportExpression: keep, TSImportType: keep }).visit(program);
  return [...found];
}
