/** `annex check`: drives any app through the contract by its two URLs. Exit 0, 1 on failures, 2 when nothing could be judged. */
import { readFileSync, writeFileSync } from "node:fs";
import type { CheckOptions, Edition, ReportFormat } from "@annex/check";
import { isScope, type Scope, scopes } from "@annex/protocol/words";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandError } from "../failures/index.ts";

/** A type that the compiler keeps whole: the checker itself is loaded when it is used. */
const formats: Readonly<Record<ReportFormat, true>> = {
  pretty: true,
  json: true,
  junit: true,
  sarif: true,
  html: true,
  markdown: true,
};

type CheckFlags = {
  callback: string;
  portal: string;
  start?: string;
  manifest?: string;
  asks?: string;
  database?: string;
  log: string[];
  linkTtl: number;
  sessionTtl: number;
  grace: number;
  deniedUser?: string;
  denyCommand?: string;
  edition: Edition | "both";
  only?: string[];
  skip?: string[];
  fast?: true;
  format: ReportFormat;
  out?: string;
};

export function addCheckCommand(program: Command): void {
  const command = program
    .command("check")
    .description("drive an app, in any language, through the whole contract and say what holds")
    .requiredOption("--callback <url>", "the app's registration callback URL", parseUrl)
    .requiredOption("--portal <url>", "the app's portal generator URL", parseUrl)
    .option("--start <command>", "starts the app; {cloud} becomes the base of the Cloud API")
    .option("--manifest <file>", "the app's manifest, JSON")
    .option("--asks <scopes>", "the scopes it asks for, with commas between")
    .option("--database <path>", "what it stores: a file or a folder")
    .option("--log <file>", "a log it writes; may be given more than once", collect, [])
    .option("--link-ttl <seconds>", "life of a portal link", parseSeconds, 300)
    .option("--session-ttl <seconds>", "life of an idle session", parseSeconds, 900)
    .option("--grace <seconds>", "how long after an install a 401 is no verdict", parseSeconds, 60)
    .option("--denied-user <id>", "a member whom the app refuses")
    .option("--deny-command <command>", "refuses the member in place of {user} from then on")
    .addOption(
      new Option("--edition <edition>", "of the payloads")
        .choices(["guide", "later", "both"])
        .default("both"),
    )
    .option("--only <rules>", "these rules alone, with commas between", parseList)
    .option("--skip <rules>", "not these rules", parseList)
    .option("--fast", "nothing that waits, kills or opens a browser")
    .addOption(
      new Option("--format <format>", "of the report").choices(Object.keys(formats)).default("pretty"),
    )
    .option("--out <file>", "write the report there");
  command.action(runCheck);
}

async function runCheck(flags: CheckFlags): Promise<void> {
  const checker = await import("@annex/check");
  try {
    const report = await checker.checkApp(optionsFrom(flags), {
      onRule: (rule, done, all) => console.error(checker.progressLine(rule, done, all)),
    });
    write(checker.formatReport(report, flags.format), flags);
    process.exit(report.summary.fail > 0 ? 1 : 0);
  } catch (error) {
    // 1 says that the app has failures; whatever kept the checker from judging is 2.
    if (error instanceof checker.CheckError || error instanceof CommandError)
      console.error(`${error.message}\n${error.next}`);
    else console.error(error);
    process.exit(2);
  }
}

/** A program that reads JSON finds it on the last line of standard output, whether or not there is a file too. */
function write(text: string, { out, format }: CheckFlags): void {
  if (out !== undefined) writeFileSync(out, text);
  if (out === undefined || format === "json") process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  else console.log(`The report is in ${out}.`);
}

function optionsFrom(flags: CheckFlags): CheckOptions {
  const manifest = flags.manifest === undefined ? undefined : readManifest(flags.manifest);
  return {
    callback: flags.callback,
    portal: flags.portal,
    start: flags.start,
    manifest,
    asks: asksFrom(flags.asks?.split(",") ?? manifest?.["permissions"]),
    database: flags.database,
    logs: flags.log,
    linkSeconds: flags.linkTtl,
    sessionSeconds: flags.sessionTtl,
    graceSeconds: flags.grace,
    deniedUser: flags.deniedUser,
    denyCommand: flags.denyCommand,
    edition: flags.edition,
    only: flags.only,
    skip: flags.skip,
    fast: flags.fast,
  };
}

function readManifest(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw new Error("it is not an object");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `The manifest ${file} can't be read: ${why}.`,
      "Give a JSON file with name and permissions.",
    );
  }
}

function asksFrom(wanted: unknown): readonly Scope[] | undefined {
  if (wanted === undefined) return undefined;
  const known = Array.isArray(wanted)
    ? wanted.filter((scope) => typeof scope === "string" && isScope(scope))
    : [];
  if (Array.isArray(wanted) && known.length === wanted.length) return known;
  throw new CommandError(
    `The scopes can't be read: ${JSON.stringify(wanted)}.`,
    `There are ${scopes.join(", ")}.`,
  );
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("Give an absolute http or https URL.");
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new InvalidArgumentError("Give a number of seconds above 0.");
  return seconds;
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function collect(value: string, known: string[]): string[] {
  return [...known, value];
}
