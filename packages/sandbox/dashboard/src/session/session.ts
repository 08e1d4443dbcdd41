import { rolePrefix } from "@annex/protocol/words";
import { createContext, use } from "react";
import { useParams } from "react-router";
import type { Instance, Right, Session } from "../api/types.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

/** The member's session. Only pages behind the log-in may ask for it. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error("A page behind the log-in was rendered without a session.");
  return session;
}

/** The instance the address names; the shell has checked that it exists. */
export function useInstance(): Instance {
  const session = useSession();
  const { instanceId } = useParams();
  const instance = session.instances.find((candidate) => candidate.instance_id === instanceId);
  if (instance === undefined) throw new Error("A page of an instance was rendered without one.");
  return instance;
}

/** Whether the member's role has a right, and the sentence to show when it has not. */
export function useRight(right: Right): { readonly allowed: boolean; readonly reason: string } {
  const { user, rights } = useSession();
  const holders = rights[right];
  return {
    allowed: holders.includes(user.role),
    reason: `Your role, ${user.role}, does not allow this. Ask a member who is ${orList(holders)}.`,
  };
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

const rememberedKey = "annex-instance";

/** The instance last looked at, so that `/` opens it again. Not a secret: ids are in every address. */
export function rememberInstance(instanceId: string): void {
  try {
    localStorage.setItem(rememberedKey, instanceId);
  } catch {
    // Storage can be blocked; the first instance opens then.
  }
}

export function rememberedInstance(): string | null {
  try {
    return localStorage.getItem(rememberedKey);
  } catch {
    return null;
  }
}

/** The name of a member, or the id of one who left. */
export function memberName(session: Session, userId: string | null | undefined): string {
  if (userId === null || userId === undefined || userId === "") return "—";
  return session.members.find((member) => member.user_id === userId)?.name ?? userId;
}

/** Whom an entry of a list of launch access means: a member by name, or everybody of a role. */
export function accessName(session: Session, entry: string): string {
  const role = entry.startsWith(rolePrefix) ? entry.slice(rolePrefix.length) : undefined;
  return role === undefined ? memberName(session, entry) : `everybody with the role ${role}`;
}

/** The name of an instance, or its id. */
export function instanceName(session: Session, instanceId: string | null | undefined): string {
  if (instanceId === null || instanceId === undefined) return "—";
  return session.instances.find((instance) => instance.instance_id === instanceId)?.name ?? instanceId;
}
