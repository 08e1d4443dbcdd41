/**
 * What an app loads before it takes its first event. Each of these was loaded by one careless line: tens of
 * megabytes for the life of the process, and a start that takes twice as long.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/process.ts";

const program = `
  import { registerHooks } from "node:module";
  const loaded = new Set();
  registerHooks({ load: (url, context, next) => (loaded.add(url), next(url, context)) });
  const { get } = process.getBuiltinModule("node:http");
  const { createApp, serve } = await import("@annex/app");
  const manifest = { name: "Small", description: "Small.", developer: "Acme", logoUrl: "", permissions: [] };
  const { url } = await serve(createApp({ name: "small", manifest, permissionPurposes: {} }), { port: 0 });
  await new Promise((resolve, reject) => get(url + "/health", (answer) => answer.resume().on("end", resolve)).on("error", reject));
  const packages = [...loaded].flatMap((url) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url)?.[1] ?? []);
  const fetches = process.moduleLoadList.some((name) => name.includes("undici/undici"));
  console.log(JSON.stringify({ packages: [...new Set(packages)], fetches }));
  process.exit(0);
`;

test("no schemas, no HTML, no other database, no fetch", () => {
  const directory = temporaryDirectory();
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      NODE_ENV: "",
      ANNEX_DATABASE: join(directory, "app.db"),
      ANNEX_LOG: join(directory, "log"),
    },
    encoding: "utf8",
  });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  expect(last, stderr).toMatch(/^\{/);
  const { packages, fetches } = JSON.parse(last) as { packages: readonly string[]; fetches: boolean };
  expect(packages).toContain("pino");
  for (const heavy of ["zod", "parse5", "pg", "@opentelemetry/api"]) expect(packages).not.toContain(heavy);
  expect(fetches).toBe(false);
});
