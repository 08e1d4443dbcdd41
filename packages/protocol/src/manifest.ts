/** What a team registers about its app. Contract section 2. */
import { z } from "zod";
import { userIdSchema } from "./identifiers.ts";
import { scopeSchema } from "./scope-schema.ts";
import { type Parsed, parseWith } from "./validation.ts";

const urlSchema = z.url({ protocol: /^https?$/, error: "must be an absolute http or https URL" }).max(2048);
const logoSchema = z.union([z.literal(""), urlSchema, z.string().max(2048).startsWith("/")], {
  error: "must be a URL",
});

/** The wire form of a manifest. Which hosts and schemes the two URLs may have is decided by the Cloud that registers it. */
export const manifestSchema = z.object({
  name: z.string({ error: "must be a text" }).trim().min(1, "must not be empty").max(80),
  description: z.string({ error: "must be a text" }).trim().max(500).default(""),
  logo_url: logoSchema.default(""),
  developer: z.string({ error: "must be a text" }).trim().max(80).default(""),
  registration_callback_url: urlSchema,
  portal_generator_url: urlSchema,
  permissions: z
    .array(scopeSchema, { error: "must be a list of scopes" })
    .max(64)
    .transform((list) => [...new Set(list)]),
  /** Members who may launch the app; nobody named means every member. */
  launch_access: z.array(userIdSchema, { error: "must be a list of members" }).max(1000).default([]),
  /** Whether a launch asks for password and second factor again. */
  launch_requires_authentication: z.boolean({ error: "must be true or false" }).default(false),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestInput = z.input<typeof manifestSchema>;

/** The public pages name the fields in words only; these spellings of the same words are taken too. */
const otherSpellings: Readonly<Record<string, string>> = {
  display_name: "name",
  displayName: "name",
  developer_name: "developer",
  developerName: "developer",
  logoUrl: "logo_url",
  registrationCallbackUrl: "registration_callback_url",
  callback_url: "registration_callback_url",
  portalGeneratorUrl: "portal_generator_url",
  portal_url: "portal_generator_url",
  scopes: "permissions",
  launchAccess: "launch_access",
  launchRequiresAuthentication: "launch_requires_authentication",
};

/**
 * Reads a manifest, from a form or a manifest file.
 *
 * @example
 * ```ts
 * const parsed = parseManifest(JSON.parse(file));
 * if (!parsed.ok) parsed.problems[0]; // { field: "permissions.0", problem: '"data:delete" is not a scope; …' }
 * ```
 */
export function parseManifest(input: unknown): Parsed<Manifest> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { ok: false, problems: [{ field: "manifest", problem: "must be a JSON object" }] };
  }
  const entries = Object.entries(input).map(([key, value]) => [otherSpellings[key] ?? key, value] as const);
  return parseWith(manifestSchema, Object.fromEntries(entries));
}
