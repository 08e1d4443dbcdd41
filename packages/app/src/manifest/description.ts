/** What an app says of itself to whoever started it: `annex dev` and `annex urls` register it by this. */
import { renameSync, writeFileSync } from "node:fs";
import type { AppManifest } from "./index.ts";

/** Where the app is, and the secret in its two URLs. */
type Doors = { readonly publicUrl: string; readonly callbackSecret: string };

/**
 * Writes the registration form of contract section 2 into a file, once, when the app
 * knows where it is: whole or not at all, and for its owner's eyes only, since the two
 * URLs hold the secret. Without a file nobody asked.
 */
export function createDescriber(
  file: string | undefined,
  manifest: AppManifest,
): (doors: () => Doors) => void {
  let due = file;
  return (doors) => {
    if (due === undefined) return;
    const draft = `${due}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(describe(manifest, doors())), { mode: 0o600 });
    renameSync(draft, due);
    due = undefined;
  };
}

function describe(manifest: AppManifest, { publicUrl, callbackSecret }: Doors) {
  return {
    name: manifest.name,
    description: manifest.description,
    developer: manifest.developer,
    logo_url: manifest.logoUrl === "" ? "" : new URL(manifest.logoUrl, publicUrl).href,
    permissions: manifest.permissions,
    launch_access: manifest.launchAccess ?? [],
    registration_callback_url: `${publicUrl}/cloud/${callbackSecret}/callback`,
    portal_generator_url: `${publicUrl}/cloud/${callbackSecret}/portal`,
  };
}
