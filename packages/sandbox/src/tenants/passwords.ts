/** Passwords, kept as scrypt hashes with their own salt and cost. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);
const cost = { N: 16_384, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;
const longestPassword = 1024;

/** The hash of a password, with everything needed to check one against it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, hashBytes, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64"), hash.toString("base64")].join("$");
}

/** Whether a password is the one that was hashed. Takes the same time for every wrong one. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (password.length > longestPassword) return false;
  const [, N, r, p, salt = "", hash = ""] = stored.split("$");
  const wanted = Buffer.from(hash, "base64");
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await derive(password, Buffer.from(salt, "base64"), wanted.length, options);
  return timingSafeEqual(given, wanted);
}
