/**
 * Which states each part is shown in, beside its usual one. A part that is given its content whole, and is always the
 * same but for that, has those that content can bring about: much of it, long words, none.
 */

/** What a part may have to deal with. */
export const states = ["empty", "loading", "error", "refused", "long", "many"] as const;
export type State = (typeof states)[number];

/** By the names of the parts as they are exported; the test holds this list against both packages. */
export const statesOf = {
  ActionButton: ["loading", "refused", "long"],
  Amount: ["empty", "long"],
  Badge: ["long"],
  CancelRun: ["error", "refused"],
  Choices: ["empty", "long", "many"],
  CodeBlock: ["empty", "long", "many"],
  CopyableId: ["long"],
  CopyButton: ["long"],
  CurrentRun: ["empty", "error", "refused", "long"],
  DataTable: ["empty", "loading", "long", "many"],
  Elapsed: ["empty", "long"],
  EmptyState: ["long"],
  ErrorState: ["loading", "refused", "long"],
  FailedState: ["loading", "refused", "long"],
  FailureState: ["long"],
  FindingList: ["empty", "long", "many"],
  FindingWords: ["long"],
  HttpStatus: ["empty"],
  Identifier: ["long"],
  Integer: ["long"],
  JsonTree: ["empty", "long", "many"],
  LatestRuns: ["empty", "loading", "error", "refused", "long", "many"],
  LoadingState: ["many"],
  MemberName: ["empty", "long"],
  MissingPermissionNotice: ["empty", "long", "many"],
  Moment: ["empty"],
  Money: ["long"],
  NextRun: ["empty", "long", "many"],
  NoPermission: ["long"],
  NothingFound: ["long"],
  Notice: ["long"],
  Page: ["loading", "error", "long"],
  PermissionButton: ["loading", "refused", "long"],
  PermissionGate: ["refused"],
  PortalLink: ["long"],
  Progress: ["empty", "long"],
  RecordLink: ["long"],
  RetryRun: ["error", "refused"],
  RunCause: ["empty", "long"],
  RunFailure: ["error", "refused", "long"],
  RunList: ["empty", "loading", "error", "refused", "long", "many"],
  RunPage: ["loading", "error", "refused", "long"],
  RunProgress: ["empty", "long", "many"],
  RunsPage: ["empty", "loading", "error", "refused", "long", "many"],
  RunStatusBadge: ["long"],
  RunTable: ["empty", "loading", "long", "many"],
  RunWaiting: ["long"],
  Section: ["empty", "long"],
  Shell: ["long", "many"],
  ShortId: ["long"],
  StaleNotice: ["empty", "long"],
  StartButton: ["loading", "error", "refused", "long"],
  StatTile: ["empty", "long"],
  StatTiles: ["many"],
  StatusBadge: [],
  StepPlot: ["empty", "long", "many"],
  TableFoot: ["empty", "loading", "long", "many"],
  ToneSign: [],
} as const satisfies Readonly<Record<string, readonly State[]>>;

/** The name of the piece that shows a part in a state. */
export function stateName(part: string, state: State): string {
  return `${part}, ${state}`;
}
