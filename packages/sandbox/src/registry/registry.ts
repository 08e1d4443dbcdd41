/** The apps of an organization: registered by manifest, found again by id. Contract section 2. */
import {
  type Manifest,
  type Parsed,
  parseManifest,
  parseManifestChanges,
  rolePrefix,
  type Scope,
  Secret,
} from "@annex/protocol";
import { Refusal } from "../errors.ts";
import type { AppRow, Seal, StateDatabase } from "../store/index.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import { listMembers, roles } from "../tenants/index.ts";
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

export type AppFilter = {
  readonly organizationId: string;
  /** In the name, the developer or the description; small and capital letters are one. */
  readonly search?: string | undefined;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly page: number;
  readonly pageSize: number;
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
  /**
   * Replaces the given fields of an app's manifest; a URL that is given is checked.
   *
   * @throws Refusal 404 `not_found`, 422 `invalid_manifest` naming the field; nothing is changed then.
   */
  update(appId: string, changes: unknown): Promise<RegisteredApp>;
  /** Takes an app out of the library. What was recorded of it stays. @throws Refusal 404, 409 `app_installed`. */
  remove(appId: string): Promise<void>;
  find(appId: string): Promise<RegisteredApp | undefined>;
  /** A page of an organization's apps, oldest first, and how many there are. */
  page(filter: AppFilter): Promise<{ readonly data: readonly RegisteredApp[]; readonly total: number }>;
  /** All apps of one organization, or of every one; oldest first. */
  list(organizationId?: string): Promise<readonly RegisteredApp[]>;
  /** The names of apps, removed ones too, by id. */
  names(appIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

type Tools = Pick<Surroundings, "clock" | "random" | "fetch" | "settings" | "time">;

/** A registry over the state database; the URLs are sealed in it. */
export function createRegistry(database: StateDatabase, seal: Seal, tools: Tools): Registry {
  /** Opened once: unsealing the URLs of thousands of apps for one list would hold everybody up. */
  const opened = new Map<string, RegisteredApp>();

  function open(row: AppRow): RegisteredApp {
    const app = opened.get(row.app_id) ?? toApp(row, seal);
    opened.set(row.app_id, app);
    return app;
  }

  function openAnew(row: AppRow): RegisteredApp {
    opened.delete(row.app_id);
    return open(row);
  }

  async function checked(organizationId: string, input: unknown): Promise<CheckedManifest> {
    const manifest = acceptedManifest(parseManifest(input));
    await checkLaunchAccess(database, organizationId, manifest.launch_access);
    return checkUrls(manifest, manifest, tools);
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
      removed_at: null,
      ...manifestColumns(appId, manifest, seal),
    };
    await into.insertInto("apps").values(row).execute();
    return open(row);
  }

  async function find(appId: string): Promise<RegisteredApp | undefined> {
    const query = database.selectFrom("apps").selectAll().where("app_id", "=", appId);
    const row = await query.where("removed_at", "is", null).executeTakeFirst();
    return row === undefined ? undefined : open(row);
  }

  async function update(appId: string, input: unknown): Promise<RegisteredApp> {
    const app = await find(appId);
    if (app === undefined) throw noApp();
    const changes = acceptedManifest(parseManifestChanges(input));
    const manifest = { ...manifestOf(app), ...changes };
    if (changes.launch_access !== undefined)
      await checkLaunchAccess(database, app.organizationId, changes.launch_access);
    const columns = manifestColumns(appId, await checkUrls(manifest, changes, tools), seal);
    await database.updateTable("apps").set(columns).where("app_id", "=", appId).execute();
    opened.delete(appId);
    return (await find(appId)) ?? app;
  }

  async function remove(appId: string): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      const here = transaction.selectFrom("installations").select("installed_app_id");
      const installed = await here
        .where("app_id", "=", appId)
        .where("status", "in", ["installing", "active"])
        .executeTakeFirst();
      if (installed !== undefined) throw appInstalled();
      const removed = await transaction
        .updateTable("apps")
        .set({ removed_at: tools.clock().toISOString() })
        .where("app_id", "=", appId)
        .where("removed_at", "is", null)
        .executeTakeFirst();
      if (removed.numUpdatedRows === 0n) throw noApp();
    });
    opened.delete(appId);
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
        return openAnew({ ...known, ...columns });
      });
    },
    update,
    remove,
    find,
    names: async (appIds) => {
      const query = database.selectFrom("apps").select(["app_id", "name"]).where("app_id", "in", appIds);
      return new Map((await query.execute()).map(({ app_id, name }) => [app_id, name]));
    },
    page: async ({ page, pageSize, ...filter }) => {
      const found = filteredApps(database, filter);
      const { total } = await found
        .select(({ fn }) => fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      const ordered = found.selectAll().orderBy("created_at").orderBy("app_id");
      const rows = await ordered
        .limit(pageSize)
        .offset((page - 1) * pageSize)
        .execute();
      return { data: rows.map(open), total: Number(total) };
    },
    list: async (organizationId) => {
      const present = database.selectFrom("apps").selectAll().where("removed_at", "is", null);
      const query = present.orderBy("created_at").orderBy("app_id");
      const scoped =
        organizationId === undefined ? query : query.where("organization_id", "=", organizationId);
      return (await scoped.execute()).map(open);
    },
  };
}

const searchedColumns = ["name", "developer", "description"] as const;

function filteredApps(
  database: StateDatabase,
  { organizationId, search = "", only, except }: Omit<AppFilter, "page" | "pageSize">,
) {
  let query = database
    .selectFrom("apps")
    .where("removed_at", "is", null)
    .where("organization_id", "=", organizationId);
  if (only !== undefined) query = query.where("app_id", "in", only);
  if (except !== undefined) query = query.where("app_id", "not in", except);
  if (search.trim() === "") return query;
  return query.where(({ or, eb, fn, val }) => {
    const wanted = val(search.trim().toLowerCase());
    return or(searchedColumns.map((column) => eb(fn("instr", [fn("lower", [column]), wanted]), ">", 0)));
  });
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
    .where("removed_at", "is", null)
    .orderBy("created_at")
    .executeTakeFirst();
}

const urlFields = ["registration_callback_url", "portal_generator_url"] as const;

/** A manifest whose URLs have been looked at. */
type CheckedManifest = Manifest & { readonly insecure: boolean };

function acceptedManifest<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  const [{ field, problem }] = parsed.problems;
  throw new Refusal(422, "invalid_manifest", `${field}: ${problem}.`, { field });
}

function noApp(): Refusal {
  return new Refusal(404, "not_found", "There is no such app.");
}

function appInstalled(): Refusal {
  return new Refusal(
    409,
    "app_installed",
    "The app is installed. Uninstall it wherever it is installed, then remove it.",
  );
}

async function checkLaunchAccess(
  database: StateDatabase,
  organizationId: string,
  named: readonly string[],
): Promise<void> {
  const ids = (await listMembers(database, organizationId)).map((member) => member.userId);
  const known = new Set([...ids, ...roles.map((role) => `${rolePrefix}${role}`)]);
  const stranger = named.findIndex((one) => !known.has(one));
  if (stranger < 0) return;
  const field = `launch_access.${stranger}`;
  const problem = named[stranger]?.startsWith(rolePrefix)
    ? `is no role; the roles are ${roles.join(", ")}`
    : "is no member of this organization";
  throw new Refusal(422, "invalid_manifest", `${field}: ${problem}.`, { field });
}

/** Both URLs must have the right form; those that are new must answer. */
async function checkUrls(
  manifest: Manifest,
  asked: Partial<Manifest>,
  tools: Tools,
): Promise<CheckedManifest> {
  const forms = urlFields.map((field) => checkUrlForm(field, manifest[field]));
  const asking = urlFields.filter((field) => asked[field] !== undefined);
  await Promise.all(asking.map((field) => checkReachable(field, manifest[field], tools)));
  return { ...manifest, insecure: forms.some(({ insecure }) => insecure) };
}

/** What the table of apps holds of a manifest. */
export function manifestColumns(appId: string, manifest: CheckedManifest, seal: Seal) {
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

/** An app's manifest, as it would be registered again. */
function manifestOf(app: RegisteredApp): Manifest {
  return {
    name: app.name,
    description: app.description,
    logo_url: app.logoUrl,
    developer: app.developer,
    registration_callback_url: app.registrationCallbackUrl.reveal(),
    portal_generator_url: app.portalGeneratorUrl.reveal(),
    permissions: [...app.permissions],
    launch_access: [...app.launchAccess],
    launch_requires_authentication: app.launchRequiresAuthentication,
  };
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

export const callbackContext = (appId: string): string => `app:${appId}:registration_callback_url`;
export const portalContext = (appId: string): string => `app:${appId}:portal_generator_url`;
