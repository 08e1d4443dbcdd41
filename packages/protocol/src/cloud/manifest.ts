/** What a team registers about its app. Contract section 2. */
import { z } from "zod";
import { rolePrefix } from "../chosen.ts";
import { type Parsed, parseWith } from "../values/validation.ts";
import { userIdSchema } from "./identifiers.ts";
import { scopeSchema } from "./scope-schema.ts";

const atMost = (length: number) => `must have at most ${length} characters`;
const urlSchema = z.url({ protocol: /^https?$/, error: "must be an absolute http or https URL" }).max(2048);
const logoSchema = z.union([z.literal(""), urlSchema, z.string().max(2048).startsWith("/")], {
  error: "must be a URL",
});

/** Names stand in lists, in sentences and in terminals, where these would break the line, or colour it, or turn it round. */
const unshowable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const unshowableInText = /[^\P{Cc}\n\r\t]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

function line(longest: number) {
  return z
    .string({ error: "must be a text" })
    .trim()
    .max(longest, atMost(longest))
    .refine((text) => !unshowable.test(text), "must be one line, without control characters");
}

const roleSchema = z.string().startsWith(rolePrefix).max(60);

/**
 * The wire form of a manifest. Which hosts and schemes the two URLs may have is decided by the Cloud that registers it.
 *
 * @example
 * ```ts
 * manifestSchema.safeParse(manifest).success;
 * ```
 */
export const manifestSchema = z.object({
  name: line(80).min(1, "must not be empty"),
  description: z
    .string({ error: "must be a text" })
    .trim()
    .max(500, atMost(500))
    .refine((text) => !unshowableInText.test(text), "must be without control characters")
    .default(""),
  logo_url: logoSchema.default(""),
  developer: line(80).default(""),
  registration_callback_url: urlSchema,
  portal_generator_url: urlSchema,
  permissions: z
    .array(scopeSchema, { error: "must be a list of scopes" })
    .max(64)
    .transform((list) => [...new Set(list)]),
  /** Members who may launch the app, by id or by role; nobody named means every member. */
  launch_access: z
    .array(z.union([userIdSchema, roleSchema], "must be a member's id, or role:<role>"), {
      error: "must be a list of members",
    })
    .max(1000)
    .default([]),
  /** Whether a launch asks for password and second factor again. */
  launch_requires_authentication: z.boolean({ error: "must be true or false" }).default(false),
});

/** A manifest with its defaults filled in. */
export type Manifest = z.output<typeof manifestSchema>;
/** A manifest as a form or a file gives it. */
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
  const fields = namedFields(input);
  return fields === undefined ? noObject : parseWith(manifestSchema, fields);
}

/**
 * Reads changes to a manifest: the fields that are given, checked, and no others.
 *
 * @example
 * ```ts
 * parseManifestChanges({ callback_url: "https://app.example.com/c" }); // { ok: true, value: { registration_callback_url: … } }
 * ```
 */
export function parseManifestChanges(input: unknown): Parsed<Partial<Manifest>> {
  const fields = namedFields(input);
  if (fields === undefined) return noObject;
  const { shape } = manifestSchema;
  const given = Object.fromEntries(Object.entries(shape).filter(([name]) => fields[name] !== undefined));
  if (Object.keys(given).length > 0) return parseWith(z.object(given), fields);
  return { ok: false, problems: [{ field: "manifest", problem: "names no field to change" }] };
}

const noObject = {
  ok: false,
  problems: [{ field: "manifest", problem: "must be a JSON object" }],
} satisfies Parsed<never>;

/** The fields under the names of this contract, or nothing where there is no object. */
function namedFields(input: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return undefined;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [otherSpellings[key] ?? key, value] as const),
  );
}
