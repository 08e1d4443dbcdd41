/** Sessions of the dashboard: a random token for the page, its hash in the store. */
import { hash } from "node:crypto";
import type { Faults } from "../faults/index.ts";
import type { StateDatabase } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { findMember, type Member } from "./members.ts";

const tokenBytes = 32;
/** A working day; then one logs in again. */
const sessionSeconds = 12 * 3600;

/** A member who is logged in, with the hash of the session. */
export type DashboardSession = { readonly member: Member; readonly hash: string };

export type Sessions = {
  /** Begins a session; its token goes to the page and is kept nowhere. */
  start(member: Member): Promise<string>;
  /** The session of a token, or `undefined` when there is none or it is over. */
  find(token: string): Promise<DashboardSession | undefined>;
  end(hash: string): Promise<void>;
};

/** Sessions kept in the state database, so that a restart logs nobody out. */
export function createSessions(
  database: StateDatabase,
  faults: Pick<Faults, "sessionEnded">,
  { clock, random }: Pick<Surroundings, "clock" | "random">,
): Sessions {
  return {
    start: async (member) => {
      const token = Buffer.from(random(tokenBytes)).toString("base64url");
      const now = clock();
      const expires = new Date(now.getTime() + sessionSeconds * 1000).toISOString();
      await database.deleteFrom("sessions").where("expires_at", "<=", now.toISOString()).execute();
      await database
        .insertInto("sessions")
        .values({
          session_hash: hashToken(token),
          user_id: member.userId,
          created_at: now.toISOString(),
          expires_at: expires,
        })
        .execute();
      return token;
    },
    find: async (token) => {
      const hash = hashToken(token);
      const query = database.selectFrom("sessions").selectAll().where("session_hash", "=", hash);
      const row = await query.executeTakeFirst();
      if (row === undefined || row.expires_at <= clock().toISOString()) return undefined;
      const member = await findMember(database, row.user_id);
      if (member === undefined) return undefined;
      if (!faults.sessionEnded(member.organizationId, row.created_at)) return { member, hash };
      await database.deleteFrom("sessions").where("session_hash", "=", hash).execute();
      return undefined;
    },
    end: async (hash) => {
      await database.deleteFrom("sessions").where("session_hash", "=", hash).execute();
    },
  };
}

function hashToken(token: string): string {
  return hash("sha256", token, "hex");
}
