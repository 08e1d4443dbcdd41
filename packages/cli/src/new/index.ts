/**
 * `annex new` writes an app that works. `templates` finds what there is to write,
 * `package-source` decides where the packages come from, `plan` is the pure part (which
 * files with which text), and `write` puts them on the disk, all of them or none. `addition` is the pure part of
 * `annex add`, which does the same for a project that is there.
 */
export { addable, planAddition, readProject, usuallyAdded } from "./addition.ts";
export { choosePackages } from "./package-source.ts";
export { planApp } from "./plan.ts";
export { checkTarget } from "./target.ts";
export { readTemplate, templateNames } from "./templates.ts";
export { writeApp, writeInto } from "./write.ts";
