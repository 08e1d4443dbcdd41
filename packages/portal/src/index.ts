/**
 * The browser kit for portal pages: contract sections 7 (Launch) and 10 (Error states). A page built with it needs
 * no cookie, keeps the session to its own tab, shows every error state with what to do next, disables what was not
 * granted and says why, and reads well from 412 pixels to a full screen. It may touch the browser and the app's own
 * backend. What it shows is made of `@annex/ui`, whose parts it hands on; besides, it imports `@annex/protocol` only.
 *
 * @example
 * const session = openSession(browserTab(window));
 * createRoot(root).render(<PortalProvider session={session}><App /></PortalProvider>);
 */

export type {
  ActionAnswer,
  DashboardRecord,
  JobAnswer,
  JobsAnswer,
  RunAnswer,
  RunCauseAnswer,
  RunDetailAnswer,
} from "@annex/protocol";
export { currencyDecimals, parseAmount } from "@annex/protocol/words";
export {
  Badge,
  type BrandShades,
  type Column,
  CopyableId,
  countOf,
  DataTable,
  type DataTableProps,
  EmptyState,
  formatAgo,
  formatCount,
  formatDuration,
  formatMoment,
  formatMoney,
  LoadingState,
  Moment,
  Money,
  type MoneyProps,
  minorUnits,
  moneyParts,
  Notice,
  type Sorting,
  type SortValue,
  shortId,
  type Tone,
  ToneSign,
  type WireInteger,
} from "@annex/ui";
export { RecordLink } from "./dashboard/RecordLink.tsx";
export { FindingList, type FindingListProps, FindingWords } from "./findings/FindingList.tsx";
export { type FindingGroup, type FindingItem, groupFindings } from "./findings/groups.ts";
export { Progress, type ProgressProps } from "./jobs/Progress.tsx";
export { StatusBadge } from "./jobs/StatusBadge.tsx";
export { isActive, percentDone, type RunStatus, statusLabels, statusTones } from "./jobs/status.ts";
export { useJobRun } from "./jobs/use-job-run.ts";
export { type Choice, Choices } from "./layout/Choices.tsx";
export { type NavigationEntry, Page, Section, Shell } from "./layout/Page.tsx";
export { StatTile, StatTiles } from "./layout/StatTile.tsx";
export { MemberName, type MemberNameProps } from "./members/MemberName.tsx";
export { PortalLink } from "./navigation/PortalLink.tsx";
export { matchPath, navigate, replaceQueryValues, useRoute } from "./navigation/route.ts";
export { PermissionButton, type PermissionButtonProps } from "./permissions/PermissionButton.tsx";
export { MissingPermissionNotice, PermissionGate } from "./permissions/PermissionGate.tsx";
export { type MissingPermission, missingPermissions, missingReason } from "./permissions/permissions.ts";
export { PortalProvider, type PortalProviderProps } from "./provider/PortalProvider.tsx";
export { type PermissionInfo, type Portal, type SessionInfo, usePortal } from "./provider/portal-context.ts";
export {
  type ListAnswer,
  type PortalList,
  type PortalListOptions,
  usePortalList,
} from "./queries/use-portal-list.ts";
export { type PortalQueryOptions, usePortalQuery } from "./queries/use-portal-query.ts";
export {
  asPortalError,
  errorFromAnswer,
  PortalError,
  type PortalErrorDetails,
} from "./refusals/portal-error.ts";
export { type Remedy, type RemedyKind, remedyFor } from "./refusals/remedies.ts";
export {
  createPortalClient,
  type PortalClient,
  type PortalClientOptions,
  type PressOptions,
  type QueryValues,
  type ReadOptions,
} from "./requests/portal-client.ts";
export {
  browserMemory,
  type PressKeepers,
  type PressMemory,
  type UnansweredPress,
} from "./requests/press-memory.ts";
export { CurrentRun } from "./runs/CurrentRun.tsx";
export { Elapsed } from "./runs/Elapsed.tsx";
export { LatestRuns } from "./runs/LatestRuns.tsx";
export { NextRun } from "./runs/NextRun.tsx";
export { ActionButton, CancelRun, RetryRun, StartButton } from "./runs/RunActions.tsx";
export { RunCause } from "./runs/RunCause.tsx";
export { RunFailure } from "./runs/RunFailure.tsx";
export { RunPage, type RunPageProps } from "./runs/RunPage.tsx";
export { type RunPhases, RunProgress } from "./runs/RunProgress.tsx";
export { RunStatusBadge } from "./runs/RunStatus.tsx";
export { RunList, RunsPage, type RunsPageProps } from "./runs/RunsPage.tsx";
export { RunTable, type RunTableProps } from "./runs/RunTable.tsx";
export { RunWaiting } from "./runs/RunWaiting.tsx";
export {
  type RunFilter,
  runPath,
  useCancelRun,
  useJob,
  useJobs,
  useRefreshAfterRun,
  useResolveEffect,
  useRetryRun,
  useRun,
  useRunChange,
  useRuns,
  useStartRun,
} from "./runs/run-queries.ts";
export { isWaiting } from "./runs/words.ts";
export { portalBase } from "./session/base.ts";
export { type Draft, useDraft } from "./session/drafts.ts";
export { useSecret } from "./session/secret.ts";
export { openSession, type PortalSession } from "./session/session.ts";
export { type BrowserTab, browserTab } from "./session/tab.ts";
export { ErrorState, type ErrorStateProps } from "./states/ErrorState.tsx";
export { FailedState, type Failure } from "./states/FailedState.tsx";
export { StaleNotice } from "./states/StaleNotice.tsx";
