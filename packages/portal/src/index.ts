/**
 * The browser kit for portal pages: contract sections 7 (Launch) and 10 (Error states). A page built with it needs
 * no cookie, keeps the session to its own tab, shows every error state with what to do next, disables what was not
 * granted and says why, and reads well from 412 pixels to a full screen. It may touch the browser and the app's own
 * backend, and imports nothing of ours but `@annex/protocol`.
 *
 * @example
 * const session = openSession(browserTab(window));
 * createRoot(root).render(<PortalProvider session={session}><App /></PortalProvider>);
 */
export { Progress, type ProgressProps } from "./jobs/Progress.tsx";
export { Badge, StatusBadge } from "./jobs/StatusBadge.tsx";
export { isActive, percentDone, type RunStatus, statusLabels, statusTones } from "./jobs/status.ts";
export { useJobRun } from "./jobs/use-job-run.ts";
export { type Choice, Choices } from "./layout/Choices.tsx";
export { type NavigationEntry, Page, Section, Shell } from "./layout/Page.tsx";
export { StatTile, StatTiles } from "./layout/StatTile.tsx";
export { Money, type MoneyProps } from "./money/Money.tsx";
export { PortalLink } from "./navigation/PortalLink.tsx";
export { matchPath, navigate, replaceQueryValues, useRoute } from "./navigation/route.ts";
export { PermissionButton, type PermissionButtonProps } from "./permissions/PermissionButton.tsx";
export { MissingPermissionNotice, PermissionGate } from "./permissions/PermissionGate.tsx";
export { type MissingPermission, missingPermissions, missingReason } from "./permissions/permissions.ts";
export { PortalProvider, type PortalProviderProps } from "./provider/PortalProvider.tsx";
export { type PermissionInfo, type Portal, type SessionInfo, usePortal } from "./provider/portal-context.ts";
export {
  asPortalError,
  errorFromAnswer,
  PortalError,
  type PortalErrorDetails,
} from "./refusals/portal-error.ts";
export { type Remedy, type RemedyKind, remedyFor } from "./refusals/remedies.ts";
export { createPortalClient, type PortalClient, type QueryValues } from "./requests/portal-client.ts";
export {
  type ListAnswer,
  type PortalList,
  type PortalListOptions,
  usePortalList,
} from "./requests/use-portal-list.ts";
export { type PortalQueryOptions, usePortalQuery } from "./requests/use-portal-query.ts";
export { openSession, type PortalSession } from "./session/session.ts";
export { type BrowserTab, browserTab } from "./session/tab.ts";
export { EmptyState } from "./states/EmptyState.tsx";
export { ErrorState, type ErrorStateProps } from "./states/ErrorState.tsx";
export { FailedState, type Failure } from "./states/FailedState.tsx";
export { LoadingState } from "./states/LoadingState.tsx";
export { Notice, type Tone, ToneSign } from "./states/Notice.tsx";
export type { Column } from "./table/column.ts";
export { DataTable, type DataTableProps } from "./table/DataTable.tsx";
export type { Sorting, SortValue } from "./table/rows.ts";
export { CopyableId } from "./text/CopyableId.tsx";
export {
  countOf,
  formatAgo,
  formatCount,
  formatDuration,
  formatMoment,
  formatMoney,
  minorUnits,
  moneyParts,
  shortId,
  type WireInteger,
} from "./text/format.ts";
export { Moment } from "./text/Moment.tsx";
export type { BrandShades } from "./theme/theme.ts";
