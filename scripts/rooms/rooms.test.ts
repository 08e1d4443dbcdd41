import { describe, expect, it } from "vitest";
import { type FilledRoom, forbiddenImports } from "./directions.ts";
import { importsOf } from "./imports.ts";
import { roomsIn } from "./map.ts";
import { ringsIn } from "./rings.ts";

describe("what a file imports", () => {
  it("is told for values, types, re-exports, import() and types by import()", () => {
    const text = `import a, { type A } from "./a.ts"; import type { B } from "./b.ts"; import "./c.css";
      export { d } from "./d.ts"; export type { E } from "./e.ts"; export * from "./f.ts";
      const g = await import("./g.ts"); type H = import("./h.ts").H; const text = 'import x from "./no.ts"';`;
    const [a, b, c, d, e, f, g, h] = [..."abcdefgh"].map(
      (name) => `./${name}.${name === "c" ? "css" : "ts"}`,
    );
    expect(importsOf("file.ts", text).toSorted()).toEqual([a, b, c, d, e, f, g, h]);
  });
});

describe("a ring of imports", () => {
  const ring = (imports: Readonly<Record<string, readonly string[]>>) =>
    ringsIn(new Map(Object.entries(imports))).map(({ folder, steps }) => [
      folder,
      steps.map(({ sibling }) => sibling).toSorted(),
    ]);

  it.each([
    ["none in one direction", { "a/x.ts": ["b/y.ts"], "b/y.ts": ["c.ts"], "c.ts": [] }, []],
    ["none where an index imports its folder", { "a/index.ts": ["a/b/x.ts"], "a/b/x.ts": ["a/y.ts"] }, []],
    ["two folders, by different files", { "a/x.ts": ["b/y.ts"], "b/z.ts": ["a/w.ts"] }, [["", ["a", "b"]]]],
    [
      "three folders",
      { "a/x.ts": ["b/y.ts"], "b/y.ts": ["c/z.ts"], "c/w.ts": ["a/v.ts"] },
      [["", ["a", "b", "c"]]],
    ],
    [
      "a folder and a file beside it",
      { "sync/x.ts": ["totals.ts"], "totals.ts": ["sync/y.ts"] },
      [["", ["sync", "totals.ts"]]],
    ],
    ["two files of one folder", { "a/x.ts": ["a/y.ts"], "a/y.ts": ["a/x.ts"] }, [["a", ["x.ts", "y.ts"]]]],
    ["deep inside", { "a/b/x.ts": ["a/c/y.ts"], "a/c/z.ts": ["a/b/w.ts"] }, [["a", ["b", "c"]]]],
  ] as const)("%s", (_name, imports, found) => {
    expect(ring(imports)).toEqual(found);
  });

  it("is told with the imports that make it", () => {
    expect(
      ringsIn(
        new Map([
          ["a/x.ts", ["b/y.ts"]],
          ["b/z.ts", ["a/w.ts"]],
        ]),
      )[0]?.steps,
    ).toEqual([
      { sibling: "a", from: "a/x.ts", to: "b/y.ts" },
      { sibling: "b", from: "b/z.ts", to: "a/w.ts" },
    ]);
  });
});

describe("an import between rooms", () => {
  const room = (file: string, specifier: string): FilledRoom => ({
    path: "packages/client",
    mayImport: ["protocol"],
    devDependencies: ["@annex/ledger"],
    files: new Map([[file, [specifier]]]),
  });

  it.each([
    ["packages/client/src/a.ts", "@annex/protocol", true],
    ["packages/client/src/a.ts", "@annex/protocol/words", true],
    ["packages/client/src/a.ts", "@annex/client", true],
    ["packages/client/src/a.ts", "@annex/app", false],
    ["packages/client/src/a.ts", "@annex/ledger", false],
    ["packages/client/src/a.test.ts", "@annex/ledger", true],
    ["packages/client/src/a.test.ts", "@annex/app", false],
    ["packages/client/src/a.ts", "../../protocol/src/index.ts", false],
    ["packages/client/test/a.ts", "../../ledger/test/server.ts", true],
    ["packages/client/src/a.ts", "hono", true],
    ["packages/client/src/a.ts", "../simulator/index.ts", false],
    ["packages/client/src/deep/a.ts", "../../gallery/src/b.ts", false],
    ["packages/client/src/a.ts", "../package.json", true],
    ["packages/client/src/a.ts", "./b.ts", true],
    ["packages/client/src/a.test.ts", "../simulator/index.ts", true],
    ["packages/client/simulator/a.ts", "../src/b.ts", true],
    ["packages/client/pages/src/a.ts", "../../src/words.ts", true],
  ])("from %s of %s: %s", (file, specifier, allowed) => {
    expect(forbiddenImports(room(file, specifier)).length === 0).toBe(allowed);
  });
});

it("goes where the table of rooms allows", () => {
  const table = [
    "| room | what lives there | may import |",
    "| ---- | ---- | ---- |",
    "| [`packages/protocol`](packages/protocol) | the contract | nothing of ours |",
    "| [`packages/app`](packages/app)           | the framework | protocol, client |",
    "| [`bench`](bench) | benchmarks | all |",
  ];
  expect(roomsIn(table.join("\n"))).toEqual([
    { path: "packages/protocol", mayImport: [] },
    { path: "packages/app", mayImport: ["protocol", "client"] },
    { path: "bench", mayImport: "all" },
  ]);
});
