/** Filling a data directory, one organization after the other; each is there whole or not at all. */
import { scopes } from "@annex/protocol";
import type { Kysely } from "kysely";
import { hashKey, mintKey } from "../installing/index.ts";
import { manifestColumns } from "../registry/index.ts";
import {
  createSeal,
  openStateDatabase,
  readOrCreateSealingKey,
  type Seal,
  stateExists,
  takeDataDirectory,
} from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { newIdentifier, pooledRandom, type Surroundings } from "../surroundings.ts";
import { insertOrganization, planOrganization } from "../tenants/index.ts";

/** How many of each there will be more. */
export type CloudSize = {
  readonly organizations: number;
  /** Of each organization. They are stopped: each would be a ledger of its own in memory. */
  readonly instances: number;
  /** Of each organization; each is installed in one of its instances. */
  readonly apps: number;
};

type Tools = { readonly seal: Seal; readonly random: Surroundings["random"]; readonly now: string };
type OrganizationPlan = Awaited<ReturnType<typeof planOrganization>>;

/** Passwords take their time, and are worked out beside each other. */
const plannedAtOnce = 16;

/**
 * Adds organizations to a data directory, or begins one with them.
 *
 * @param report is told how many organizations there are so far.
 * @throws SandboxStartError when a Cloud runs on the directory, or its key file is gone.
 * @example
 * ```ts
 * await fillCloud(".annex", { organizations: 1000, instances: 10, apps: 20 });
 * ```
 */
export async function fillCloud(
  dataDirectory: string,
  size: CloudSize,
  report: (organizations: number) => void = () => {},
): Promise<void> {
  const directory = takeDataDirectory(dataDirectory, false);
  try {
    const seal = createSeal(readOrCreateSealingKey(directory.sealingKeyFile, stateExists(directory)));
    const tools = { seal, random: pooledRandom(), now: new Date().toISOString() };
    const state = openStateDatabase(directory.stateFile);
    try {
      await fill(state.queries, size, tools, report);
    } finally {
      await state.close();
    }
  } finally {
    directory.release();
  }
}

async function fill(
  database: Kysely<StateTables>,
  size: CloudSize,
  tools: Tools,
  report: (organizations: number) => void,
): Promise<void> {
  const { known } = await database
    .selectFrom("organizations")
    .select(({ fn }) => fn.countAll<number>().as("known"))
    .executeTakeFirstOrThrow();
  for (let done = 0; done < size.organizations; done += plannedAtOnce) {
    const count = Math.min(plannedAtOnce, size.organizations - done);
    const plans = await Promise.all(
      Array.from({ length: count }, (_, place) => planOne(known + done + place, size, tools)),
    );
    for (const plan of plans) await writeOne(database, plan, size, tools);
    report(done + count);
  }
}

function planOne(position: number, size: CloudSize, { seal, random }: Tools): Promise<OrganizationPlan> {
  const number = String(position + 1).padStart(4, "0");
  const seed = {
    name: `${nameOf(position)} ${number}`,
    instances: numbered(size.instances, (place) => `Instance ${place}`),
    members: [
      { name: `Admin ${number}`, email: `admin@organization-${number}.test`, role: "Admin" as const },
    ],
  };
  return planOrganization(seed, position, seal, random);
}

async function writeOne(
  database: Kysely<StateTables>,
  plan: OrganizationPlan,
  { apps }: CloudSize,
  tools: Tools,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await insertOrganization(transaction, {
      ...plan,
      instances: plan.instances.map((row) => ({ ...row, state: "stopped" })),
    });
    for (let place = 0; place < apps; place += 1) await writeApp(transaction, plan, place, tools);
  });
}

async function writeApp(
  database: Kysely<StateTables>,
  { organization, instances, members }: OrganizationPlan,
  place: number,
  { seal, random, now }: Tools,
): Promise<void> {
  const appId = newIdentifier("app", random);
  const secret = Buffer.from(random(secretBytes)).toString("base64url");
  const base = `https://app-${place + 1}.example.com/cloud/${secret}`;
  const { organization_id } = organization;
  const manifest = {
    name: `${nameOf(place * 7 + organization.position)} App ${place + 1}`,
    description: "Made to fill a Cloud; nothing answers at its URLs.",
    developer: organization.name,
    logo_url: "",
    registration_callback_url: `${base}/callback`,
    portal_generator_url: `${base}/portal`,
    permissions: [...scopes],
    launch_access: [],
    launch_requires_authentication: false,
    insecure: false,
  };
  const app = { app_id: appId, organization_id, created_at: now, removed_at: null };
  await database
    .insertInto("apps")
    .values({ ...app, ...manifestColumns(appId, manifest, seal) })
    .execute();
  const instance = instances[place % Math.max(1, instances.length)];
  if (instance === undefined) return;
  const key = mintKey(random);
  await database
    .insertInto("installations")
    .values({
      installed_app_id: newIdentifier("instapp", random),
      app_id: appId,
      organization_id,
      instance_id: instance.instance_id,
      status: "active",
      granted_permissions: JSON.stringify(scopes),
      api_key_hash: hashKey(key.reveal()),
      api_key_prefix: key.prefix,
      installed_by: members[0]?.user_id ?? null,
      created_at: now,
      installed_at: now,
      ended_at: null,
    })
    .execute();
}

const secretBytes = 24;
const first = ["Alder", "Birch", "Cedar", "Dune", "Elm", "Fjord", "Grove", "Harbour", "Ivy", "Juniper"];
const second = ["Foods", "Freight", "Health", "Homes", "Labs", "Motors", "Payments", "Power", "Retail"];

/** A name that can be told from its neighbours'. */
function nameOf(position: number): string {
  return `${first[position % first.length]} ${second[Math.floor(position / first.length) % second.length]}`;
}

function numbered(count: number, name: (place: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, place) => name(place + 1));
}
