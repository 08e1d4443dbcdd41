import { matchProxyRoute, type Scope } from "@annex/protocol";
import { type CloudCall, missed, NotTested, pass, warning } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import { seePortal } from "./parts/portal-seen.ts";
import { ordinaryWork } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "scope-unused",
  title: "The app asks for no scope it never uses",
  section: "9",
  holdsTo: "The manifest asks only for needed scopes. Only request the scopes your app actually needs.",
  severity: "minor",
  how: "The scopes asked for are compared with those that the app's calls wanted while it was installed, opened and used in Chromium.",
  fix: "Leave the scope out of the manifest, unless something the checker did not do needs it.",
  needs: ["start", "browser"],
  observe: async (world) => {
    const { asks } = world.options;
    if (asks === undefined)
      throw new NotTested("It is not known which scopes the app asks for.", "Give --asks or --manifest.");
    await ordinaryWork(world);
    await seePortal(world);
    return { asks, used: usedScopes(world) };
  },
  judge: ({ asks, used }) => {
    const unused = asks.filter((scope) => !used.has(scope));
    return unused.length === 0
      ? pass(`Used: ${asks.join(", ")}.`)
      : // On a busy machine the work that uses one may begin when the checker has stopped to watch.
        missed(warning(`Asked for, but not used while the checker watched: ${unused.join(", ")}.`));
  },
});

function usedScopes({ tenants }: World): ReadonlySet<Scope> {
  return new Set(tenants.flatMap(({ calls }) => calls.map(scopeOf)).filter((scope) => scope !== undefined));
}

function scopeOf({ method, path }: CloudCall): Scope | undefined {
  const [plain = ""] = path.split("?");
  if (plain.startsWith("/alerts")) return method === "GET" ? "alerts:read" : "alerts:write";
  if (plain.startsWith("/proxy/")) return matchProxyRoute(method, plain.slice("/proxy".length))?.scope;
  return plain.startsWith("/data/") || plain.endsWith("/filter") ? "data:read" : undefined;
}
