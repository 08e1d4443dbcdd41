/**
 * Choosing the rules, running them over one world in a fixed order, and making a report of their
 * verdicts. Imports `rules`, `world` and `evidence`.
 */

export { type RuleDescription, ruleDescriptions, rulesAsMarkdown } from "./catalogue.ts";
export { checkApp, type Progress } from "./check-app.ts";
