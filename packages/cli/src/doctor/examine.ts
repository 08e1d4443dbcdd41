/** Asks the app, its public URL and the Cloud's address. */
import { cloudApiUrl } from "@annex/protocol/words";
import { readAppPackage } from "../apps/app-package.ts";
import { tryApp } from "../apps/trial-run.ts";
import { CommandError } from "../failures/index.ts";
import { clockFinding, type Environment, type Finding, keysFinding, publicUrlFinding } from "./findings.ts";

const timeLimit = 10_000;

/** Everything that can be said of the app of a folder with this environment. */
export async function examine(directory: string, environment: Environment): Promise<readonly Finding[]> {
  const publicUrl = environment["ANNEX_PUBLIC_URL"];
  const [app, answered, ahead] = await Promise.all([
    appFindings(directory),
    publicUrl?.startsWith("https://") ? healthOf(publicUrl) : "not asked",
    clockAhead(environment["ANNEX_CLOUD_URL"] ?? cloudApiUrl),
  ]);
  const production = publicUrl?.startsWith("https://") === true;
  return [
    ...app,
    keysFinding(environment, production),
    publicUrlFinding(publicUrl, answered),
    clockFinding(ahead),
  ];
}

/** An app that starts has a good configuration and a database that opens; its own word says what is wrong else. */
async function appFindings(directory: string): Promise<readonly Finding[]> {
  try {
    const { name } = await tryApp(readAppPackage(directory));
    return [
      { check: "configuration", verdict: "ok", what: `${name} starts with this environment.`, next: "" },
      { check: "database", verdict: "ok", what: "The database opens.", next: "" },
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [
      { check: "configuration", verdict: "wrong", what: error.message, next: error.next },
      { check: "database", verdict: "not tested", what: "The app did not start.", next: "" },
    ];
  }
}

async function healthOf(url: string): Promise<number | string> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(timeLimit) })).status;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? message;
  }
}

async function clockAhead(url: string): Promise<number | undefined> {
  const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(timeLimit) }).catch(
    () => undefined,
  );
  const theirs = Date.parse(answer?.headers.get("date") ?? "");
  return Number.isNaN(theirs) ? undefined : (Date.now() - theirs) / 1000;
}
