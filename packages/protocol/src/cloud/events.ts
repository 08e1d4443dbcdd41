/**
 * The two events Cloud sends to an app's registration callback URL, in both
 * editions: the later one leaves `organization_id` out. Unknown extra fields are
 * accepted and dropped. Contract sections 3, 4 and 5.
 */
import { z } from "zod";
import { apiKeyPrefixLength, idempotencyPrefix } from "../chosen.ts";
import { Secret } from "../values/secret.ts";
import { type Parsed, parseWith } from "../values/validation.ts";
import {
  applicationIdSchema,
  installationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
} from "./identifiers.ts";
import { scopeSchema } from "./scope-schema.ts";
import type { Scope } from "./scopes.ts";

const longestKey = 512;
const longestIdempotencyKey = 256;
const longestShownPrefix = 16;

const addressed = {
  installed_app_id: installationIdSchema,
  app_id: applicationIdSchema,
  organization_id: organizationIdSchema.nullish(),
  instance_id: instanceIdSchema,
};

const idempotencyKeySchema = z
  .string({ error: "must be a text" })
  .max(longestIdempotencyKey, `must have ${longestIdempotencyKey} characters at most`);
const apiKeySchema = z
  .string({ error: "must be a text" })
  .startsWith("blnk_", "must start with blnk_")
  .min(apiKeyPrefixLength + 1, "is too short to be a key")
  .max(longestKey, `must have ${longestKey} characters at most`)
  .regex(/^[\x21-\x7e]+$/, "must be printable characters without blanks");

/**
 * The wire form of an install event.
 *
 * @example
 * ```ts
 * installEventSchema.safeParse(body).success;
 * ```
 */
export const installEventSchema = z.object({
  ...addressed,
  api_key: apiKeySchema,
  api_key_prefix: z
    .string({ error: "must be a text" })
    .min(1, "must not be empty")
    .max(longestShownPrefix, `must have ${longestShownPrefix} characters at most`),
  granted_permissions: z.array(scopeSchema, { error: "must be a list of scopes" }).max(64),
  idempotency_key: idempotencyKeySchema.startsWith(idempotencyPrefix.install),
});

/**
 * The wire form of an uninstall event.
 *
 * @example
 * ```ts
 * uninstallEventSchema.safeParse(body).success;
 * ```
 */
export const uninstallEventSchema = z.object({
  ...addressed,
  // Nothing depends on it, and an uninstall that Cloud could never finish would be worse than one at an unknown time.
  uninstalled_at: z.unknown().optional(),
  idempotency_key: idempotencyKeySchema.startsWith(idempotencyPrefix.uninstall),
});

type Addressed = {
  readonly installedAppId: string;
  readonly appId: string;
  /** Absent in the later edition. */
  readonly organizationId: string | undefined;
  readonly instanceId: string;
  readonly idempotencyKey: string;
};

/** An app was installed: what it may do, and the key to do it with. Section 3. */
export type InstallEvent = Addressed & {
  readonly kind: "install";
  readonly apiKey: Secret;
  readonly apiKeyPrefix: string;
  readonly grantedPermissions: readonly Scope[];
};

/** An app was uninstalled; when, as Cloud wrote it, where it wrote anything. Section 4. */
export type UninstallEvent = Addressed & {
  readonly kind: "uninstall";
  readonly uninstalledAt: string | undefined;
};

/** Either of the two events. Sections 3 and 4. */
export type CallbackEvent = InstallEvent | UninstallEvent;

/**
 * Reads the JSON value of a callback's body. Told apart by the prefix of
 * `idempotency_key`; the key goes into a `Secret` at once.
 *
 * @example
 * ```ts
 * const parsed = parseCallbackEvent(body);
 * if (parsed.ok && parsed.value.kind === "install") parsed.value.apiKey.prefix; // "blnk_abc"
 * ```
 */
export function parseCallbackEvent(body: unknown): Parsed<CallbackEvent> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return problem("body", "must be a JSON object");
  const key: unknown = (body as Record<string, unknown>)["idempotency_key"];
  if (typeof key !== "string")
    return problem("idempotency_key", key === undefined ? "is missing" : "must be a text");
  if (key.startsWith(idempotencyPrefix.install))
    return mapped(parseWith(installEventSchema, body), toInstallEvent);
  if (key.startsWith(idempotencyPrefix.uninstall))
    return mapped(parseWith(uninstallEventSchema, body), toUninstallEvent);
  return problem(
    "idempotency_key",
    `must start with ${idempotencyPrefix.install} or ${idempotencyPrefix.uninstall}`,
  );
}

function problem(field: string, text: string): Parsed<never> {
  return { ok: false, problems: [{ field, problem: text }] };
}

function mapped<Wire, Value>(parsed: Parsed<Wire>, map: (wire: Wire) => Value): Parsed<Value> {
  return parsed.ok ? { ok: true, value: map(parsed.value) } : parsed;
}

function toAddressed(
  wire: z.infer<typeof installEventSchema> | z.infer<typeof uninstallEventSchema>,
): Addressed {
  return {
    installedAppId: wire.installed_app_id,
    appId: wire.app_id,
    organizationId: wire.organization_id ?? undefined,
    instanceId: wire.instance_id,
    idempotencyKey: wire.idempotency_key,
  };
}

function toInstallEvent(wire: z.infer<typeof installEventSchema>): InstallEvent {
  // The prefix is taken from the key itself: the one sent could be the whole key, and prefixes are printed.
  const apiKey = new Secret(wire.api_key, wire.api_key.slice(0, apiKeyPrefixLength));
  return {
    kind: "install",
    ...toAddressed(wire),
    apiKey,
    apiKeyPrefix: apiKey.prefix,
    grantedPermissions: [...new Set(wire.granted_permissions)],
  };
}

function toUninstallEvent(wire: z.infer<typeof uninstallEventSchema>): UninstallEvent {
  const { uninstalled_at: at } = wire;
  return { kind: "uninstall", ...toAddressed(wire), uninstalledAt: typeof at === "string" ? at : undefined };
}
