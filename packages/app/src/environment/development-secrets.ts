import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectory } from "./directory.ts";

/**
 * A secret for development, generated once into a file of mode 0600 beside the
 * database and read from there ever after. Two processes that start at once
 * agree on one: the file appears whole under its name, or not at all.
 */
export function developmentSecret(file: string, generate: () => string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  makeDirectory(dirname(file));
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${generate()}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, "utf8").trim();
}

/** Text of a key ring with one new key. */
export function generateKeyRing(): string {
  return `dev:${randomBytes(32).toString("base64")}`;
}

/** A new secret for the two URLs, 256 random bits. */
export function generateCallbackSecret(): string {
  return randomBytes(32).toString("base64url");
}
