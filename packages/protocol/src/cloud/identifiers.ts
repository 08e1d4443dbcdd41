/** The forms of the platform's ids. Contract section 1. */
import { z } from "zod";

const longestIdentifier = 128;

function identifier(prefixes: readonly string[]) {
  const pattern = new RegExp(`^(?:${prefixes.join("|")})_[A-Za-z0-9_-]+$`);
  const wanted = prefixes.map((prefix) => `${prefix}_…`).join(" or ");
  return z
    .string({ error: `must be a text of the form ${wanted}` })
    .max(longestIdentifier, `must have ${longestIdentifier} characters at most`)
    .regex(pattern, `must have the form ${wanted}`);
}

/**
 * `app_…`
 *
 * @example
 * ```ts
 * applicationIdSchema.safeParse("app_1").success; // true
 * ```
 */
export const applicationIdSchema = identifier(["app"]);
/**
 * `instapp_…`
 *
 * @example
 * ```ts
 * installationIdSchema.safeParse("instapp_1").success; // true
 * ```
 */
export const installationIdSchema = identifier(["instapp"]);
/**
 * `org_…`
 *
 * @example
 * ```ts
 * organizationIdSchema.safeParse("org_1").success; // true
 * ```
 */
export const organizationIdSchema = identifier(["org"]);
/**
 * `inst_…`; older pages of the platform also show `instance_…`.
 *
 * @example
 * ```ts
 * instanceIdSchema.safeParse("inst_1").success; // true
 * ```
 */
export const instanceIdSchema = identifier(["inst", "instance"]);
/**
 * `user_…`
 *
 * @example
 * ```ts
 * userIdSchema.safeParse("user_1").success; // true
 * ```
 */
export const userIdSchema = identifier(["user"]);
