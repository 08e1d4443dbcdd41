/** `annex doctor`: what would go wrong with the app here at the real Cloud, before Cloud says so. */
import type { Command } from "commander";
import { examine, type Finding } from "../doctor/index.ts";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "say what is wrong with the app here before Cloud does: configuration, keys, database, URL, clock",
    )
    .option("--json", "print JSON")
    .action(runDoctor);
}

async function runDoctor(options: { json?: true }): Promise<void> {
  const findings = await examine(process.cwd(), process.env);
  if (options.json) console.log(JSON.stringify({ findings }, null, 2));
  else for (const finding of findings) console.log(line(finding));
  if (findings.some(({ verdict }) => verdict === "wrong")) process.exitCode = 1;
}

function line({ check, verdict, what, next }: Finding): string {
  return `${verdict.padEnd(11)} ${check.padEnd(14)} ${what}${next === "" ? "" : ` ${next}`}`;
}
