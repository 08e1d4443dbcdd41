/** `annex urls`: what to type into the registration form of the real Cloud. Contract section 2. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { readAppPackage } from "../apps/app-package.ts";
import { tryApp } from "../apps/trial-run.ts";
import { CommandError } from "../failures/index.ts";
import { type Form, printForm } from "./form.ts";

export function addUrlsCommand(program: Command): void {
  program
    .command("urls")
    .description("print what to type into the registration form: the app's two URLs, its permissions, …")
    .option("--json", "print JSON")
    .action(runUrls);
}

async function runUrls(options: { json?: true }): Promise<void> {
  const form = existsSync(join(process.cwd(), "package.json"))
    ? await tryApp(readAppPackage(process.cwd()))
    : formFromEnvironment();
  if (options.json) console.log(JSON.stringify(form, null, 2));
  else printForm(form);
  if (process.env["ANNEX_PUBLIC_URL"] === undefined)
    console.error("ANNEX_PUBLIC_URL is not set: these URLs are this machine's, and Cloud cannot reach them.");
}

function formFromEnvironment(): Form {
  const publicUrl = process.env["ANNEX_PUBLIC_URL"];
  const secret = process.env["ANNEX_CALLBACK_SECRET"]?.split(",", 1)[0]?.trim();
  if (publicUrl === undefined || secret === undefined) {
    throw new CommandError(
      "There is no app here, and no environment of one.",
      "Go into the app's folder, or set ANNEX_PUBLIC_URL and ANNEX_CALLBACK_SECRET as the app has them.",
    );
  }
  const doors = `${publicUrl.replace(/\/+$/, "")}/cloud/${secret}`;
  return { registration_callback_url: `${doors}/callback`, portal_generator_url: `${doors}/portal` };
}
