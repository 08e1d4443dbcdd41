/**
 * The checker: drives any Custom App, in any language, through the whole contract and says rule by rule
 * what holds, what doesn't, and how to mend it. It knows an app by its two URLs and stands on the local
 * Cloud; nothing in it knows a framework.
 *
 * Folders, in the order data passes through them: `evidence` (what was seen, pure) ← `world` (drives the
 * app) ← `rules` (one a file) ← `run` (chooses and orders) → `report` (formats). May import protocol and
 * sandbox.
 */
export type { Edition, Report, RuleReport, Severity, VerdictName } from "./evidence/index.ts";
export { formatReport, progressLine, type ReportFormat, reportFormats } from "./report/index.ts";
export {
  checkApp,
  type Progress,
  type RuleDescription,
  ruleDescriptions,
  rulesAsMarkdown,
} from "./run/index.ts";
export {
  type Browsers,
  CheckError,
  type CheckOptions,
  type Cloud,
  openBrowsers,
  openCloud,
} from "./world/index.ts";
