/**
 * The zoo: good apps in different styles that must be found faultless, and defective ones, each a small
 * named change of a good one, that must be found by the rule meant for them. It knows the checker by its
 * public door alone.
 */
export { appNames } from "./apps.ts";
export { checkDefect, checkGoodApp, reportOf } from "./check.ts";
export { type Defect, defects } from "./defects.ts";
export { variants } from "./variants.ts";
