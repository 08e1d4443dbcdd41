/** What every part of a page can ask for: the calls, who is using it, and which permissions were granted. */
import { isScope, type Scope } from "@annex/protocol";
import { createContext, useContext } from "react";
import type { PortalClient } from "../requests/portal-client.ts";

/** One permission the app asks for: whether it was granted, and what the app needs it for. */
export interface PermissionInfo {
  readonly scope: Scope;
  readonly granted: boolean;
  readonly purpose?: string | undefined;
}

/** Who uses the page, where, and what was granted. Times as ISO 8601 text. */
export interface SessionInfo {
  /** Absent in the later edition of the payloads, which names nobody. */
  readonly userId?: string | undefined;
  readonly installedAppId: string;
  readonly organizationId?: string | undefined;
  readonly instanceId: string;
  readonly permissions: readonly PermissionInfo[];
  readonly appName: string;
  readonly expiresAt?: string | undefined;
  readonly development: boolean;
}

/** The answer of `GET /portal/api/session`. */
export interface SessionAnswer {
  readonly user_id?: string;
  readonly installed_app_id: string;
  readonly organization_id?: string;
  readonly instance_id: string;
  readonly granted_permissions: readonly string[];
  readonly permissions?: readonly {
    readonly scope: string;
    readonly granted: boolean;
    readonly purpose?: string;
  }[];
  readonly app: { readonly name: string; readonly logo_url?: string };
  readonly expires_at?: string;
  readonly development?: boolean;
}

/** The answer in the words of this code; scopes that do not exist are left out. */
export function sessionInfo(answer: SessionAnswer): SessionInfo {
  const asked = answer.permissions ?? answer.granted_permissions.map((scope) => ({ scope, granted: true }));
  return {
    userId: answer.user_id,
    installedAppId: answer.installed_app_id,
    organizationId: answer.organization_id,
    instanceId: answer.instance_id,
    permissions: asked.flatMap((item) => (isScope(item.scope) ? [{ ...item, scope: item.scope }] : [])),
    appName: answer.app.name,
    expiresAt: answer.expires_at,
    development: answer.development ?? false,
  };
}

/** What `usePortal` answers. */
export interface Portal {
  readonly client: PortalClient;
  readonly session: SessionInfo;
}

export const PortalContext = createContext<Portal | undefined>(undefined);

/**
 * The portal around this component.
 *
 * @throws Error when used outside `PortalProvider`
 * @example
 * const { client, session } = usePortal();
 */
export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (portal === undefined) throw new Error("usePortal needs a PortalProvider around the component");
  return portal;
}
