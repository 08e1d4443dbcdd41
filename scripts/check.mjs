/** Format, lint (with types), imports between rooms and inside them, types, public signatures and unused code. */
const steps = [
  ["format and lint", "node_modules/@biomejs/biome/bin/biome", ["ci", "--max-diagnostics=50", "."]],
  ["imports", "scripts/rooms/main.ts", []],
  ["types", "node_modules/typescript/bin/tsc", ["-p", "."]],
  ["public signatures", "scripts/api/main.ts", []],
  ["unused code", "node_modules/knip/bin/knip.js", []],
];

export async function checkRepository(handOver) {
  let failed = 0;
  for (const [name, script, args] of steps) {
    const code = await handOver(script, args);
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${name}`);
    if (code !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}
