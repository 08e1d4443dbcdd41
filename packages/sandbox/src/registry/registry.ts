/** The apps of an organization: registered by manifest, found again by id. Contract section 2. */
import { type Manifest, parseManifest, type Scope, Secret } from "@annex/protocol";
import { Refusal } from "../errors.ts";
import type { AppRow, Seal, StateDatabase } from "../store/index.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import { listMembers } from "../tenants/index.ts";
import { checkReachable, checkUrlForm } from "./url-rules.ts";

/** A registered app. Its two URLs are secrets: whoever knows them can speak to the app as Cloud does. */
export type RegisteredApp = {
  readonly appId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly description: string;
  readonly developer: string;
  readonly logoUrl: string;
  readonly registrationCallbackUrl: Secret;
  readonly portalGeneratorUrl: Secret;
  readonly permissions: readonly Scope[];
  readonly launchAccess: readonly string[];
  readonly launchRequiresAuthentication: boolean;
  readonly insecureUrls: boolean;
  readonly createdAt: string;
};

export type Registry = {
  /**
   * Registers an app under a new id.
   *
   * @throws Refusal 422 `invalid_manifest` naming the first wrong field; nothing is stored then.
   */
  register(organizationId: string, manifest: unknown): Promise<RegisteredApp>;
  /** Registers an app, or brings the one of the same name up to date under its old id. Throws as `register`. */
  registerByName(organizationId: string, manifest: unknown): Promise<RegisteredApp>;
  find(appId: string): Promise<RegisteredApp | undefined>;
  /** All apps of one organization, or of every one; oldest first. */
  list(organizationId?: string): Promise<readonly RegisteredApp[]>;
};

type Tools = Pick<Surroundings, "clock" | "random" | "fetch" | "settings" | "time">;

/** A registry over the state database; the URLs are sealed in it. */
export function createRegistry(database: StateDatabase, seal: Seal, tools: Tools): Registry {
  const open = (row: AppRow) => toApp(row, seal);

  async function checked(organizationId: string, input: unknown): Promise<CheckedManifest> {
    const manifest = readManifest(input);
    await checkLaunchAccess(database, organizationId, manifest.launch_access);
    return checkUrls(manifest, tools);
  }

  async function insert(
    into: StateDatabase,
    organizationId: string,
    manifest: CheckedManifest,
  ): Promise<RegisteredApp> {
    const appId = newIdentifier("app", tools.random);
    const row = {
      app_id: appId,
      organization_id: organizationId,
      created_at: tools.clock().toISOString(),
      ...manifestColumns(appId, manifest, seal),
    };
    await into.insertInto("apps").values(row).execute();
    return open(row);
  }

  async function find(appId: string): Promise<RegisteredApp | undefined> {
    const row = await database.selectFrom("apps").selectAll().where("app_id", "=", appId).executeTakeFirst();
    return row === undefined ? undefined : open(row);
  }

  return {
    register: async (organizationId, manifest) =>
      insert(database, organizationId, await checked(organizationId, manifest)),
    registerByName: async (organizationId, input) => {
      const manifest = await checked(organizationId, input);
      // In one transaction, or two that come at once would each find no app of the name and make one.
      return database.transaction().execute(async (transaction) => {
        const known = await findByName(transaction, organizationId, manifest.name);
        if (known === undefined) return insert(transaction, organizationId, manifest);
        const columns = manifestColumns(known.app_id, manifest, seal);
        await transaction.updateTable("apps").set(columns).where("app_id", "=", known.app_id).execute();
        return open({ ...known, ...columns });
      });
    },
    find,
    list: async (organizationId) => {
      const query = database.selectFrom("apps").selectAll().orderBy("created_at").orderBy("app_id");
      const scoped =
        organizationId === undefined ? query : query.where("organization_id", "=", organizationId);
      return (await scoped.execute()).map(open);
    },
  };
}

function findByName(
  database: StateDatabase,
  organizationId: string,
  name: string,
): Promise<AppRow | undefined> {
  return database
    .selectFrom("apps")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("name", "=", name)
    .orderBy("created_at")
    .executeTakeFirst();
}

type CheckedManifest = Manifest & { readonly insecure: boolean };

function readManifest(input: unknown): Manifest {
  const parsed = parseManifest(input);
  if (parsed.ok) return parsed.value;
  const [{ field, problem }] = parsed.problems;
  throw new Refusal(422, "invalid_manifest", `${field}: ${problem}.`, { field });
}

async function checkLaunchAccess(
  database: StateDatabase,
  organizationId: string,
  userIds: readonly string[],
): Promise<void> {
  const members = new Set((await listMembers(database, organizationId)).map((member) => member.userId));
  const stranger = userIds.findIndex((userId) => !members.has(userId));
  if (stranger < 0) return;
  const field = `launch_access.${stranger}`;
  throw new Refusal(422, "invalid_manifest", `${field}: is no member of this organization.`, { field });
}

async function checkUrls(manifest: Manifest, tools: Tools): Promise<CheckedManifest> {
  const callback = checkUrlForm("registration_callback_url", manifest.registration_callback_url);
  const portal = checkUrlForm("portal_generator_url", manifest.portal_generator_url);
  await Promise.all([
    checkReachable("registration_callback_url", manifest.registration_callback_url, tools),
    checkReachable("portal_generator_url", manifest.portal_generator_url, tools),
  ]);
  return { ...manifest, insecure: callback.insecure || portal.insecure };
}

function manifestColumns(appId: string, manifest: CheckedManifest, seal: Seal) {
  return {
    name: manifest.name,
    description: manifest.description,
    developer: manifest.developer,
    logo_url: absoluteLogo(manifest),
    registration_callback_url_sealed: seal.seal(manifest.registration_callback_url, callbackContext(appId)),
    portal_generator_url_sealed: seal.seal(manifest.portal_generator_url, portalContext(appId)),
    permissions: JSON.stringify(manifest.permissions),
    launch_access: JSON.stringify(manifest.launch_access),
    launch_requires_authentication: manifest.launch_requires_authentication ? 1 : 0,
    insecure_urls: manifest.insecure ? 1 : 0,
  };
}

/** A logo given as a path lies on the app's own server. */
function absoluteLogo({ logo_url, registration_callback_url }: Manifest): string {
  return logo_url.startsWith("/") ? new URL(logo_url, registration_callback_url).href : logo_url;
}

function toApp(row: AppRow, seal: Seal): RegisteredApp {
  const callback = seal.open(row.registration_callback_url_sealed, callbackContext(row.app_id));
  const portal = seal.open(row.portal_generator_url_sealed, portalContext(row.app_id));
  return {
    appId: row.app_id,
    organizationId: row.organization_id,
    name: row.name,
    description: row.description,
    developer: row.developer,
    logoUrl: row.logo_url,
    registrationCallbackUrl: new Secret(callback, new URL(callback).origin),
    portalGeneratorUrl: new Secret(portal, new URL(portal).origin),
    permissions: JSON.parse(row.permissions) as Scope[],
    launchAccess: JSON.parse(row.launch_access) as string[],
    launchRequiresAuthentication: row.launch_requires_authentication === 1,
    insecureUrls: row.insecure_urls === 1,
    createdAt: row.created_at,
  };
}

const callbackContext = (appId: string): string => `app:${appId}:registration_callback_url`;
const portalContext = (appId: string): string => `app:${appId}:portal_generator_url`;
