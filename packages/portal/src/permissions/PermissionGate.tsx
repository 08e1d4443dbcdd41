import type { Scope } from "@annex/protocol";
import { Notice } from "@annex/ui";
import type { ReactNode } from "react";
import { usePortal } from "../provider/portal-context.ts";
import { RemedySteps } from "../states/RemedySteps.tsx";
import { type MissingPermission, missingPermissions } from "./permissions.ts";

/**
 * Says which permission is missing, what the app needs it for, and how to grant it. Contract section 10.
 *
 * @example
 * ```tsx
 * <MissingPermissionNotice missing={missing} />
 * ```
 */
export function MissingPermissionNotice({ missing }: { readonly missing: readonly MissingPermission[] }) {
  if (missing.length === 0) return null;
  const names = missing.map((permission) => permission.scope).join(" and ");
  return (
    <Notice
      tone="warning"
      name="Missing permission"
      title={missing.length === 1 ? `${names} was not granted` : `${names} were not granted`}
    >
      <ul className="annex-missing">
        {missing.map((permission) => (
          <li key={permission.scope}>
            <code>{permission.scope}</code> is needed {purposeClause(permission.purpose)}
          </li>
        ))}
      </ul>
      <p>What was granted cannot be changed afterwards. To grant it:</p>
      <RemedySteps
        steps={[
          "Open the Apps library of this instance in the dashboard.",
          "Uninstall this app. What it has posted stays in the ledger.",
          `Install it again with ${names} ticked.`,
        ]}
      />
    </Notice>
  );
}

function purposeClause(purpose: string): string {
  const sentence = purpose.endsWith(".") ? purpose : `${purpose}.`;
  return /^(to|for|so|because) /i.test(sentence)
    ? sentence
    : `to ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/**
 * Shows its children only when the permissions were granted, else what is missing and how to grant it.
 *
 * @example
 * <PermissionGate needs={["data:read"]}><Totals /></PermissionGate>
 */
export function PermissionGate(props: { readonly needs: readonly Scope[]; readonly children: ReactNode }) {
  const { session } = usePortal();
  const missing = missingPermissions(props.needs, session.permissions);
  return missing.length === 0 ? props.children : <MissingPermissionNotice missing={missing} />;
}
