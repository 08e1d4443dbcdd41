/**
 * `npm run check-apps -- [--fast] [NAME …]`: the whole checker over Stripe Sync, the templates and every adapter's
 * example, one after another. Exit 1 when a rule fails.
 */
import { formatReport, openBrowsers, openCloud } from "@annex/check";
import { checkedApps } from "./apps.ts";
import { checkOne } from "./check.ts";

const words = process.argv.slice(2);
const fast = words.includes("--fast");
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.find((name) => !checkedApps.some((app) => app.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no app "${unknown}".\nThere are: ${checkedApps.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
const cloud = openCloud();
const browsers = openBrowsers();
let failed = 0;
for (const app of checkedApps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const report = await checkOne(app, { cloud, browsers, fast });
  console.log(`${app.name}\n${formatReport(report, "pretty")}`);
  failed += report.summary.fail;
}
await browsers.close();
await cloud.close();
process.exit(failed > 0 ? 1 : 0);
