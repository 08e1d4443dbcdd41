/** Pages made of what the code itself says: commands, faults, error states, rules of the checker. */
import { rulesAsMarkdown } from "@annex/check";
import { describeErrorState, errorStateCodes, errorStateStatus } from "@annex/protocol";
import { describeFaults } from "@annex/sandbox";
import { createProgram } from "../../packages/cli/src/program.ts";

type Command = ReturnType<typeof createProgram>;

/** Names of pages, and their texts. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    commands: commandPage(),
    faults: faultPage(),
    errors: errorPage(),
    rules: plain(rulesAsMarkdown()),
  };
}

function commandPage(): string {
  const sections = everyCommand(createProgram()).map(
    ({ name, command }) => `## \`${name}\`\n\n${command.description()}\n\n${tableOf(command)}`,
  );
  return ["# Commands", "Every command says this with `--help`.", ...sections].join("\n\n");
}

function everyCommand(parent: Command, before = "annex"): readonly { name: string; command: Command }[] {
  return parent.commands.flatMap((command) => {
    const name = `${before} ${command.name()}`;
    const own = command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    );
    const inner = everyCommand(command, name);
    const described = { name: [name, ...own].join(" "), command };
    return inner.length > 0 && command.options.length === 0 ? inner : [described, ...inner];
  });
}

function tableOf(command: Command): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => {
      const usual =
        option.defaultValue === undefined || option.negate ? "" : ` (${String(option.defaultValue)})`;
      return `| \`${escapeCell(option.flags)}\` | ${cell(option.description)}${cell(usual)} |`;
    });
  return rows.length === 0 ? "" : ["| option | what it does |", "|---|---|", ...rows].join("\n");
}

function faultPage(): string {
  const sections = describeFaults().map((fault) => {
    const values = fault.values.map(
      ({ name, required }) => `\`${name}\`${required ? "" : " (may be left out)"}`,
    );
    return [
      `## \`${fault.fault}\``,
      cell(fault.what_happens),
      `**Values:** ${values.join(", ") || "none"}. **Strikes:** ${fault.strikes}.`,
      `**A good app:** ${cell(fault.what_a_good_app_does)}`,
    ].join("\n\n");
  });
  return [
    "# Faults",
    "Bad days on purpose: `annex faults set NAME VALUE=…`, a switch in the dashboard, `cloud.faults.set` in a test.",
    ...sections,
  ].join("\n\n");
}

function errorPage(): string {
  const rows = errorStateCodes.map((code) => {
    const { whatHappened, whatToDo } = describeErrorState(code, {});
    return `| \`${code}\` | ${errorStateStatus[code]} | ${cell(whatHappened)} | ${cell(whatToDo)} |`;
  });
  const head = ["| code | status | what happened | what to do |", "|---|---|---|---|"];
  return ["# Error states", [...head, ...rows].join("\n")].join("\n\n");
}

/** A page is Markdown with Vue in it: what looks like a tag or an expression of its is only text here. */
function plain(text: string): string {
  return text
    .split("`")
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll("{{", "&#123;&#123;").replaceAll("<", "&lt;"),
    )
    .join("`");
}

const cell = (text: string) => plain(escapeCell(text));
const escapeCell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
