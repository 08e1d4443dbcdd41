/** What a new data directory starts with. The shape is always the same; every secret is random and kept. */

import type { Kysely } from "kysely";
import { generateSecret } from "otplib";
import type { Seal, StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import type { Role } from "./members.ts";
import { hashPassword } from "./passwords.ts";

/** One organization to seed: its instances by name, its members by role. */
export type OrganizationSeed = {
  readonly name: string;
  readonly instances: readonly string[];
  readonly members: readonly { readonly name: string; readonly email: string; readonly role: Role }[];
};

/** One organization, two instances, four members. */
export const defaultSeed: readonly OrganizationSeed[] = [
  {
    name: "Northwind Payments",
    instances: ["Production", "Staging"],
    members: [
      { name: "Amara Okafor", email: "admin@northwind.test", role: "Admin" },
      { name: "Olivia Brandt", email: "operator@northwind.test", role: "Operator" },
      { name: "Ivan Petrov", email: "investigator@northwind.test", role: "Investigator" },
      { name: "Ana Lima", email: "analyst@northwind.test", role: "Analyst" },
    ],
  },
];

const secretBytes = 32;
const passwordAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const passwordGroups = 4;
const passwordGroupLength = 4;

export const passwordContext = (userId: string): string => `member:${userId}:password`;
export const totpContext = (userId: string): string => `member:${userId}:totp`;
export const coreKeyContext = (instanceId: string): string => `instance:${instanceId}:key`;
export const tokenizationContext = (instanceId: string): string => `instance:${instanceId}:tokenization`;

/** Writes the seed, all of it or nothing, where the store is still empty. */
export async function seedTenants(
  database: StateDatabase,
  seal: Seal,
  random: Surroundings["random"],
  seeds: readonly OrganizationSeed[],
): Promise<void> {
  const known = await database.selectFrom("organizations").select("organization_id").limit(1).execute();
  if (known.length > 0) return;
  const plans = await Promise.all(
    seeds.map((seed, position) => planOrganization(seed, position, seal, random)),
  );
  await database.transaction().execute(async (transaction) => {
    for (const plan of plans) await insertOrganization(transaction, plan);
  });
}

/** The rows of an organization. */
type OrganizationPlan = Awaited<ReturnType<typeof planOrganization>>;

/** Writes an organization with its instances and members. */
export async function insertOrganization(
  database: Kysely<StateTables>,
  plan: OrganizationPlan,
): Promise<void> {
  await database.insertInto("organizations").values(plan.organization).execute();
  for (const row of plan.instances) await database.insertInto("instances").values(row).execute();
  for (const row of plan.members) await database.insertInto("members").values(row).execute();
}

/** An organization as rows, with new ids and secrets; nothing is written. */
export async function planOrganization(
  seed: OrganizationSeed,
  position: number,
  seal: Seal,
  random: Surroundings["random"],
) {
  const organizationId = newIdentifier("org", random);
  const instances = seed.instances.map((name, place) =>
    planInstance(organizationId, name, place, seal, random),
  );
  const members = seed.members.map(async (member, place) => {
    const userId = newIdentifier("user", random);
    const password = newPassword(random);
    return {
      ...member,
      user_id: userId,
      organization_id: organizationId,
      password_hash: await hashPassword(password),
      password_sealed: seal.seal(password, passwordContext(userId)),
      totp_secret_sealed: seal.seal(generateSecret(), totpContext(userId)),
      position: place,
    };
  });
  return {
    organization: { organization_id: organizationId, name: seed.name, position },
    instances,
    members: await Promise.all(members),
  };
}

function planInstance(
  organizationId: string,
  name: string,
  position: number,
  seal: Seal,
  random: Surroundings["random"],
) {
  const instanceId = newIdentifier("inst", random);
  const hex = () => Buffer.from(random(secretBytes)).toString("hex");
  return {
    instance_id: instanceId,
    organization_id: organizationId,
    name,
    state: "running",
    core_key_sealed: seal.seal(hex(), coreKeyContext(instanceId)),
    tokenization_secret_sealed: seal.seal(hex(), tokenizationContext(instanceId)),
    position,
  };
}

/** About 79 random bits in a form that can be read aloud and typed. */
export function newPassword(random: Surroundings["random"]): string {
  const letters = [...random(passwordGroups * passwordGroupLength)].map(
    (byte) => passwordAlphabet[byte % passwordAlphabet.length] ?? "a",
  );
  const groups = Array.from({ length: passwordGroups }, (_, group) =>
    letters.slice(group * passwordGroupLength, (group + 1) * passwordGroupLength).join(""),
  );
  return groups.join("-");
}
