/**
 * What people who read numbers look at: money, moments, ids, copying, JSON, tables, states, notices, badges, icons and
 * both colour schemes. The dashboard of the local Cloud and every portal page are made of it, so that one thing looks
 * and reads the same wherever it stands. It knows no session, makes no request, belongs to no app, and imports nothing
 * of ours but `@annex/protocol`. Contract section 10 (Error states) for how a failure is said.
 *
 * Folders, each alone but for what it shows: `money`, `moments`, `ids`, `counts`, `json` (pure texts and their parts)
 * · `copy`, `icons`, `badges`, `notices`, `states`, `plot` · `table` (one table over TanStack Table: columns that choose
 * themselves by width, cards where it is narrow, sorting, paging) · `theme` (the look, in `ui.css` and Mantine's theme)
 * · `translation` (pages that bear a browser's translation).
 */
export { Badge, HttpStatus } from "./badges/Badge.tsx";
export { httpTone, type Tone } from "./badges/tones.ts";
export { CopyButton } from "./copy/CopyButton.tsx";
export { copyText } from "./copy/copy-text.ts";
export { countOf, formatCount } from "./counts/counts.ts";
export * from "./icons/icons.ts";
export { CopyableId, Identifier, ShortId } from "./ids/CopyableId.tsx";
export { shortId } from "./ids/short-id.ts";
export { CodeBlock } from "./json/CodeBlock.tsx";
export { JsonTree } from "./json/JsonTree.tsx";
export { prettyJson } from "./json/json-text.ts";
export { Moment, type MomentProps } from "./moments/Moment.tsx";
export {
  formatAgo,
  formatDuration,
  formatLatency,
  formatMoment,
  momentOf,
  type Resolution,
} from "./moments/moments.ts";
export {
  amountParts,
  type CurrencyAmount,
  decimalsOf,
  exactInteger,
  formatMoney,
  type MoneyParts,
  minorUnits,
  moneyParts,
  plainAmount,
  sumByCurrency,
  type WireInteger,
} from "./money/amounts.ts";
export { Amount, type AmountProps, Integer, Money, type MoneyProps } from "./money/Money.tsx";
export { Notice, type NoticeProps, ToneSign } from "./notices/Notice.tsx";
export { StepPlot, type StepPlotProps } from "./plot/StepPlot.tsx";
export type { Step } from "./plot/steps.ts";
export { FailureState, type FailureStateProps, type FailureWords } from "./states/FailureState.tsx";
export { EmptyState, LoadingState, NoPermission, NothingFound, type StateProps } from "./states/states.tsx";
export type { Column } from "./table/column.ts";
export { DataTable, type DataTableProps, type Delivery } from "./table/DataTable.tsx";
export { type PageRange, pageRange } from "./table/paging.ts";
export type { Sorting, SortValue } from "./table/sorting.ts";
export { TableFoot } from "./table/TableFoot.tsx";
export { type BrandShades, brandTheme, inkTheme, schemeVariables } from "./theme/theme.ts";
export { bearTranslation } from "./translation/bear-translation.ts";
