/** The forms of the platform's ids. Contract section 1. */
import { z } from "zod";

const longestIdentifier = 128;

function identifier(prefixes: readonly string[]) {
  const pattern = new RegExp(`^(?:${prefixes.join("|")})_[A-Za-z0-9_-]+$`);
  const wanted = prefixes.map((prefix) => `${prefix}_…`).join(" or ");
  return z
    .string({ error: `must be a text of the form ${wanted}` })
    .max(longestIdentifier)
    .regex(pattern, `must have the form ${wanted}`);
}

/** `app_…` */
export const applicationIdSchema = identifier(["app"]);
/** `instapp_…` */
export const installationIdSchema = identifier(["instapp"]);
/** `org_…` */
export const organizationIdSchema = identifier(["org"]);
/** `inst_…`; older pages of the platform also show `instance_…`. */
export const instanceIdSchema = identifier(["inst", "instance"]);
/** `user_…` */
export const userIdSchema = identifier(["user"]);
