/**
 * `annex check`: drives any app through the contract by its two URLs; without them the app of this folder, which it
 * starts itself. Exit 0, 1 on failures, 2 when nothing could be judged.
 */
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { CheckOptions, Edition, ReportFormat } from "@annex/check";
import { isScope, type Scope, scopes } from "@annex/protocol/words";
import { type Command, InvalidArgumentError, Option } from "commander";
import { prepareCheckedApp } from "../apps/checked-app.ts";
import type { AppDescription } from "../apps/description.ts";
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

/** Which form a further file has, by its ending. */
const endingsOfFiles: Readonly<Record<string, ReportFormat>> = {
  ".html": "html",
  ".md": "markdown",
  ".json": "json",
  ".sarif": "sarif",
  ".xml": "junit",
  ".txt": "pretty",
};

/** In seconds, as the contract and the doors have them. */
const usualLives = { link: 300, session: 900, grace: 60 } as const;

/** As a shell counts them. */
const endings = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

type CheckFlags = {
  callback?: string;
  portal?: string;
  start?: string;
  manifest?: string;
  asks?: string;
  database?: string;
  log: string[];
  linkTtl?: number;
  sessionTtl?: number;
  grace?: number;
  deniedUser?: string;
  denyCommand?: string;
  press?: string;
  edition: Edition | "both";
  only?: string[];
  skip?: string[];
  fast?: true;
  format: ReportFormat;
  out?: string;
  also: Further[];
};

/** A further file for the report, and its form. */
type Further = { readonly file: string; readonly format: ReportFormat };

export function addCheckCommand(program: Command): void {
  const command = program
    .command("check")
    .description("drive an app, in any language, through the whole contract and say what holds")
    .option("--callback <url>", "its registration callback URL (without the two: the app here)", parseUrl)
    .option("--portal <url>", "its portal generator URL", parseUrl)
    .option("--start <command>", "starts the app; {cloud} becomes the base of the Cloud API")
    .option("--manifest <file>", "the app's manifest, JSON")
    .option("--asks <scopes>", "the scopes it asks for, with commas between")
    .option("--database <path>", "what it stores: a file or a folder")
    .option("--log <file>", "a log it writes; may be given more than once", collect, [])
    .option("--link-ttl <seconds>", "life of a portal link (300)", parseSeconds)
    .option("--session-ttl <seconds>", "life of an idle session (900)", parseSeconds)
    .option("--grace <seconds>", "how long after an install a 401 is no verdict (60)", parseSeconds)
    .option("--denied-user <id>", "a member whom the app refuses")
    .option("--deny-command <command>", "refuses the member in place of {user} from then on")
    .option("--press <selector>", "what somebody presses on its page to begin its work")
    .addOption(
      new Option("--edition <edition>", "of the payloads")
        .choices(["guide", "later", "both"])
        .default("both"),
    )
    .option("--only <rules>", "these rules alone, with commas between", parseList)
    .option("--skip <rules>", "not these rules", parseList)
    .option("--fast", "leave out what waits, kills, opens a browser or watches much work in the background")
    .addOption(
      new Option("--format <format>", "of the report").choices(Object.keys(formats)).default("pretty"),
    )
    .option("--out <file>", "write the report there")
    .option("--also <file>", "and there, in the form its ending names; more than once", collectFurther, []);
  command.action(runCheck);
}

async function runCheck(flags: CheckFlags): Promise<never> {
  // What was started ends with this process, however that ends.
  for (const [signal, code] of endings) process.once(signal, () => process.exit(code));
  const checker = await import("@annex/check");
  try {
    const report = await checker.checkApp(await optionsOf(flags), {
      onRule: (rule, done, all) => console.error(checker.progressLine(rule, done, all)),
    });
    for (const { file, format } of flags.also) writeFileSync(file, checker.formatReport(report, format));
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

async function optionsOf(flags: CheckFlags): Promise<CheckOptions> {
  const { callback, portal, out, also } = flags;
  if (out !== undefined) checkWritable("--out", out);
  for (const { file } of also) checkWritable("--also", file);
  if (callback !== undefined && portal !== undefined) return optionsFrom(flags, { callback, portal });
  if (callback === undefined && portal === undefined) return optionsHere(flags);
  throw new CommandError(
    `Of the app's two URLs ${callback === undefined ? "--callback" : "--portal"} is missing.`,
    "Give both. Without either, the app of this folder is checked.",
  );
}

/** What is known of an app here, and so can't be said of it. */
const knownHere = ["start", "manifest", "asks", "database", "linkTtl", "sessionTtl", "grace"] as const;

async function optionsHere(flags: CheckFlags): Promise<CheckOptions> {
  const said =
    knownHere.find((name) => flags[name] !== undefined) ?? (flags.log.length > 0 ? "log" : undefined);
  if (said !== undefined)
    throw new CommandError(
      `--${said.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} is for an app that is given by its two URLs.`,
      "Give --callback and --portal, or leave it out to check the app of this folder.",
    );
  const { description, start, database, log, lives } = await prepareCheckedApp();
  const known = {
    start,
    database,
    log: [log],
    linkTtl: lives.link,
    sessionTtl: lives.session,
    grace: lives.grace,
  };
  const urls = {
    callback: description.registration_callback_url,
    portal: description.portal_generator_url,
  };
  return optionsFrom({ ...flags, ...known }, urls, description);
}

/** Said before the minutes that a check takes. What stands there already, be it a pipe, is left alone until then. */
function checkWritable(option: "--out" | "--also", file: string): void {
  const isThere = existsSync(file);
  const target = isThere ? file : dirname(resolve(file));
  try {
    accessSync(target, constants.W_OK);
    if (statSync(target).isDirectory() === isThere)
      throw new Error(isThere ? "it is a folder" : `${target} is no folder`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `The report can't be written to ${file}: ${why}.`,
      `Give ${option} a file in a folder that is there and may be written to.`,
    );
  }
}

/** A program that reads JSON finds it on the last line of standard output, whether or not there is a file too. */
function write(text: string, { out, format }: CheckFlags): void {
  if (out !== undefined) writeFileSync(out, text);
  if (out === undefined || format === "json") process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  else console.log(`The report is in ${out}.`);
}

function optionsFrom(
  flags: CheckFlags,
  urls: Pick<CheckOptions, "callback" | "portal">,
  described?: AppDescription,
): CheckOptions {
  const manifest = flags.manifest === undefined ? described : readManifest(flags.manifest);
  return {
    ...urls,
    start: flags.start,
    manifest,
    asks: asksFrom(flags.asks?.split(",") ?? manifest?.["permissions"]),
    database: flags.database,
    logs: flags.log,
    linkSeconds: flags.linkTtl ?? usualLives.link,
    sessionSeconds: flags.sessionTtl ?? usualLives.session,
    graceSeconds: flags.grace ?? usualLives.grace,
    deniedUser: flags.deniedUser,
    denyCommand: flags.denyCommand,
    press: flags.press,
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
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (!(seconds > 0)) throw new InvalidArgumentError("Give a number of seconds above 0.");
  return seconds;
}

function parseList(text: string): string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length > 0) return parts;
  throw new InvalidArgumentError("Give the ids of rules, with commas between.");
}

function collect(value: string, known: string[]): string[] {
  return [...known, value];
}

function collectFurther(file: string, known: readonly Further[]): Further[] {
  const format = endingsOfFiles[extname(file)];
  if (format !== undefined) return [...known, { file, format }];
  throw new InvalidArgumentError(
    `Its ending says which form it has: ${Object.keys(endingsOfFiles).join(", ")}.`,
  );
}
