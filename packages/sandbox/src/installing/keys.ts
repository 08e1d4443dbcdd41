/** API keys of installations: minted here, kept as hashes only. Contract sections 1 and 3. */
import { hash } from "node:crypto";
import { apiKeyPrefixLength, Secret } from "@annex/protocol";
import type { Surroundings } from "../surroundings.ts";

const keyBytes = 32;

/** A new key with 256 random bits: `blnk_` and hexadecimal digits. */
export function mintKey(random: Surroundings["random"]): Secret {
  const key = `blnk_${Buffer.from(random(keyBytes)).toString("hex")}`;
  return new Secret(key, key.slice(0, apiKeyPrefixLength));
}

/** What is stored of a key. A plain hash will do: nobody guesses 256 random bits. */
export function hashKey(key: string): string {
  return hash("sha256", key, "hex");
}
