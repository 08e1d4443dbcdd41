import { isScope } from "@annex/protocol";
import { fail, NotTested, pass } from "../evidence/index.ts";
import { defineRule } from "./rule.ts";

const needed = ["name", "permissions"];

export default defineRule({
  id: "manifest-scopes",
  title: "The manifest is complete and asks for scopes that exist",
  section: "2",
  holdsTo: "Scopes an app can ask for, and no others: data:read, data:write, alerts:read, alerts:write.",
  severity: "serious",
  how: "The manifest's file is read.",
  fix: "Give the manifest a name and permissions, a list of the scopes above without repetition.",
  observe: async ({ options: { manifest } }) => {
    if (manifest === undefined)
      throw new NotTested("No manifest was given.", "Give --manifest with its file.");
    return manifest;
  },
  judge: (manifest) => {
    const missing = needed.filter((field) => manifest[field] === undefined);
    if (missing.length > 0) return fail(`The manifest lacks ${missing.join(", ")}.`);
    const scopes: unknown = manifest["permissions"];
    if (!Array.isArray(scopes)) return fail("permissions is not a list.");
    const unknown = scopes.find((scope) => typeof scope !== "string" || !isScope(scope));
    if (unknown !== undefined)
      return fail(`The manifest asks for ${JSON.stringify(unknown)}, which is no scope.`);
    return new Set(scopes).size < scopes.length
      ? fail("The manifest asks for a scope twice.")
      : pass(`It asks for ${scopes.join(", ") || "nothing"}.`);
  },
});
