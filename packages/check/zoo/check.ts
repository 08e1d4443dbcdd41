/** Checks an app of the zoo and says what is wrong with the verdicts; nothing where it is told apart. */
import {
  type Browsers,
  type CheckOptions,
  type Cloud,
  checkApp,
  type Report,
  ruleDescriptions,
} from "@annex/check";
import type { AppName } from "./apps.ts";
import type { Defect } from "./defects.ts";
import { keep } from "./keeper.ts";

/** What checks share. */
export type Shared = { readonly cloud: Cloud; readonly browsers: Browsers };

/** Fewer passes than this, and the rules did not look at what is there. */
const leastPasses = { quick: 40, whole: 70 };

/** A good app must have no failure, by every rule or by the quick ones. */
export async function checkGoodApp(
  name: AppName,
  { fast = false, ...shared }: Shared & { readonly fast?: boolean },
): Promise<readonly string[]> {
  const report = await checked(name, undefined, { fast }, shared);
  const least = fast ? leastPasses.quick : leastPasses.whole;
  const tooFew = report.summary.pass < least ? [`Only ${report.summary.pass} rules passed.`] : [];
  return [...failuresOf(report), ...tooFew];
}

/** A defect must be found by its rule and by no unrelated one, which are run too with `beside`. */
export async function checkDefect(
  defect: Defect,
  { beside = false, ...shared }: Shared & { readonly beside?: boolean },
): Promise<readonly string[]> {
  const only = beside ? [defect.rule, ...closeTo(defect)] : [defect.rule];
  const report = await checked(defect.app, defect, { only }, shared);
  const rightly = [defect.rule, ...(defect.alsoBreaks ?? [])];
  const meant = report.rules.find(({ id }) => id === defect.rule);
  const found = meant?.verdict === "fail" || meant?.verdict === "warning";
  return [
    ...(found ? [] : [`Not found: ${meant?.verdict}: ${meant?.evidence}`]),
    ...failuresOf(report).filter((line) => !rightly.some((id) => line.startsWith(`${id}:`))),
  ];
}

/** The other quick rules of the same section, which look at the same things. */
function closeTo({ rule }: Defect): readonly string[] {
  const section = ruleDescriptions.find(({ id }) => id === rule)?.section;
  return ruleDescriptions
    .filter((other) => other.section === section && !other.slow && other.id !== rule)
    .map(({ id }) => id);
}

function failuresOf({ rules }: Report): readonly string[] {
  return rules.filter(({ verdict }) => verdict === "fail").map(({ id, evidence }) => `${id}: ${evidence}`);
}

async function checked(
  name: AppName,
  defect: Defect | undefined,
  chosen: Pick<CheckOptions, "only" | "fast">,
  shared: Shared,
): Promise<Report> {
  const keeper = await keep(name, defect);
  try {
    return await checkApp({ ...keeper.options, ...chosen }, shared);
  } finally {
    keeper.forget();
  }
}
