/** The members of an organization, and what each role may do. */
import type { MemberRow, StateDatabase } from "../store/index.ts";

export const roles = ["Admin", "Operator", "Investigator", "Analyst"] as const;
export type Role = (typeof roles)[number];

/** What somebody wants to do in the dashboard. Reading is open to every member. */
export type Right = "manage-apps" | "manage-instances" | "work-on-alerts";

const rights: Readonly<Record<Role, readonly Right[]>> = {
  Admin: ["manage-apps", "manage-instances", "work-on-alerts"],
  Operator: ["manage-apps", "manage-instances", "work-on-alerts"],
  Investigator: ["work-on-alerts"],
  Analyst: [],
};

/** For each right the roles that have it. */
export function rolesByRight(): Readonly<Record<Right, readonly Role[]>> {
  const holders = (right: Right) => roles.filter((role) => mayDo(role, right));
  return {
    "manage-apps": holders("manage-apps"),
    "manage-instances": holders("manage-instances"),
    "work-on-alerts": holders("work-on-alerts"),
  };
}

/** A member as the rest of the room knows one: without hash and secrets. */
export type Member = {
  readonly userId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
};

/**
 * Whether a role may do something.
 *
 * @example
 * ```ts
 * mayDo("Analyst", "manage-apps"); // false
 * ```
 */
export function mayDo(role: Role, right: Right): boolean {
  return rights[role].includes(right);
}

/** A member by id, or `undefined`. */
export async function findMember(database: StateDatabase, userId: string): Promise<Member | undefined> {
  const row = await database
    .selectFrom("members")
    .selectAll()
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row === undefined ? undefined : toMember(row);
}

/** All members of an organization, in the order they were seeded. */
export async function listMembers(
  database: StateDatabase,
  organizationId: string,
): Promise<readonly Member[]> {
  const rows = await database
    .selectFrom("members")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .orderBy("position")
    .execute();
  return rows.map(toMember);
}

/** The members of every organization, each organization's in order. */
export async function membersByOrganization(
  database: StateDatabase,
): Promise<ReadonlyMap<string, readonly Member[]>> {
  const rows = await database.selectFrom("members").selectAll().orderBy("position").execute();
  const ofOrganization = Map.groupBy(rows, (row) => row.organization_id);
  return new Map([...ofOrganization].map(([id, members]) => [id, members.map(toMember)]));
}

/** What members are called, by id. */
export async function memberNames(
  database: StateDatabase,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await database
    .selectFrom("members")
    .select(["user_id", "name"])
    .where("user_id", "in", userIds)
    .execute();
  return new Map(rows.map(({ user_id, name }) => [user_id, name]));
}

export function toMember(row: MemberRow): Member {
  return {
    userId: row.user_id,
    organizationId: row.organization_id,
    name: row.name,
    email: row.email,
    role: roles.find((role) => role === row.role) ?? "Analyst",
  };
}
