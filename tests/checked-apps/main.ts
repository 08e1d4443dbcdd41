/**
 * `npm run check-apps -- [--fast] [NAME …]`: the whole checker over Stripe Sync, the templates and every adapter's
 * example, one after another, then every defect of the zoo. `zoo` alone names the last. Exit 1 when a rule fails, or a
 * defect is not found by its rule or is found by one that it doesn't touch; also when one of them could not be checked,
 * which is said where it happens and keeps none of the others from being checked.
 */
import { CheckError, formatReport, openBrowsers, openCloud, progressLine } from "@annex/check";
import { appNames, checkDefect, checkGoodApp, defects, variants } from "../../packages/check/zoo/index.ts";
import { checkedApps } from "./apps.ts";
import { checkOne } from "./check.ts";

const words = process.argv.slice(2);
const fast = words.includes("--fast");
const wanted = words.filter((word) => !word.startsWith("--"));
const names = [...checkedApps.map(({ name }) => name), "zoo"];
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no app "${unknown}".\nThere are: ${names.join(", ")}.`);
  process.exit(2);
}
const cloud = openCloud();
const browsers = openBrowsers();
let failed = 0;
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
for (const app of checkedApps.filter(({ name }) => isWanted(name))) {
  const onRule = (...progress: Parameters<typeof progressLine>) => console.error(progressLine(...progress));
  try {
    const report = await checkOne(app, { cloud, browsers, fast, isDescribed: true, onRule });
    console.log(`${app.name}\n${formatReport(report, "pretty")}`);
    failed += report.summary.fail;
  } catch (error) {
    failed += 1;
    console.log(`${app.name}\n  ${describeFailure(error)}`);
  }
}
if (isWanted("zoo")) failed += await checkZoo();
await browsers.close();
await cloud.close();
process.exit(failed > 0 ? 1 : 0);

/** Side by side, since most of each is waiting. @returns how many were not told apart. */
async function checkZoo(): Promise<number> {
  let wrong = 0;
  const say = (name: string, problems: readonly string[]) => {
    wrong += problems.length === 0 ? 0 : 1;
    console.log([`${problems.length === 0 ? "ok" : "WRONG"} ${name}`, ...problems].join("\n  "));
  };
  const check = async (name: string, see: () => Promise<readonly string[]>) =>
    say(name, await see().catch((error: unknown) => [describeFailure(error)]));
  const checks = [
    ...appNames.map((name) => () => check(name, () => checkGoodApp(name, { cloud, browsers }))),
    ...variants.map((one) => () => check(one.name, () => checkGoodApp(one, { cloud, browsers }))),
    ...defects.map(
      (defect) => () =>
        check(`${defect.rule}: ${defect.name}`, () =>
          checkDefect(defect, { cloud, browsers, beside: "all" }),
        ),
    ),
  ].values();
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      for (const next of checks) await next();
    }),
  );
  return wrong;
}

/** Why an app could not be checked; a program's mistake with the place where it was made. */
function describeFailure(error: unknown): string {
  if (error instanceof CheckError) return `Not checked: ${error.message} ${error.next}`;
  return `Not checked: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
