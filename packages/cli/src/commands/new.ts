/** `annex new`: writes an app that works. */
import { relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { checkTarget, choosePackages, planApp, readTemplate, templateNames, writeApp } from "../new/index.ts";

type NewOptions = { template?: string; packages?: string; yes?: true };

const usualTemplate = "minimal";

export function addNewCommand(program: Command): void {
  program
    .command("new <directory>")
    .description("write an app that works: npm install, npm run dev, npm test, npm run check in it")
    .addOption(
      new Option("--template <name>", `what to begin with (default: ${usualTemplate})`).choices(
        templateNames(),
      ),
    )
    .option(
      "--packages <folder>",
      "depend on the tarballs of this folder (default: the clone's own, else the registry)",
    )
    .option("--yes", "ask nothing")
    .action(runNew);
}

async function runNew(directory: string, options: NewOptions): Promise<void> {
  const target = checkTarget(directory);
  const template = options.template ?? (options.yes ? usualTemplate : await askTemplate());
  const files = planApp(target, readTemplate(template), choosePackages(options.packages));
  await writeApp(target.directory, files);
  const folder = relative(process.cwd(), target.directory) || ".";
  console.log(
    `${target.title} is written. Next:\n\n  cd ${folder}\n  npm install\n  npm test\n  npm run dev\n`,
  );
}

/** At a terminal only: a pipeline gets the usual one. */
async function askTemplate(): Promise<string> {
  if (!process.stdin.isTTY) return usualTemplate;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const names = templateNames();
  try {
    for (;;) {
      const answer = (await terminal.question(`Template (${names.join(", ")}) [${usualTemplate}]: `)).trim();
      if (answer === "") return usualTemplate;
      if (names.includes(answer)) return answer;
    }
  } finally {
    terminal.close();
  }
}
