import { fail, firstOf, harm, NotTested, pass, searchFor, seen } from "../evidence/index.ts";
import { commandLinesOf, install, pause, uninstall } from "../world/index.ts";
import { stir } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

/** Programs that are started for a moment are looked for so often, in milliseconds. */
const each = 50;
const watched = 2000;

export default defineRule({
  id: "key-in-arguments",
  title: "The API key is in no command line",
  section: "9",
  holdsTo: "Store it securely and never expose it. Treat the key like any other production secret.",
  severity: "critical",
  how: "While a tenant is installed, launched and worked for, the command lines of the app's process and of all that it starts are searched for every key that the app was given.",
  fix: "Hand a key to another program over its standard input or a socket, never as an argument: every user of the machine reads the command lines of all processes.",
  needs: ["start"],
  observe: async (world) => {
    const { process } = world;
    if (process === undefined || process.processes().length === 0)
      throw new NotTested(
        "This system doesn't tell with what the app's processes were started.",
        "Run the check with --start on Linux.",
      );
    const tenant = world.tenant();
    const lines = await seenMeanwhile(
      () => commandLinesOf(process.processes()),
      async () => {
        await install(world, tenant);
        await stir(world, tenant);
        await pause(watched);
        await uninstall(world, tenant);
      },
    );
    const search = searchFor(world.tenants.map(({ key }) => key));
    return { count: lines.size, found: [...lines].flatMap((line) => search(line) ?? []) };
  },
  judge: ({ count, found }) =>
    found.length === 0
      ? pass(
          `${count} command lines, no trace of a key. A program that ran for less than ${each} ms may not have been seen.`,
        )
      : harm(
          seen(
            fail(
              ...firstOf(
                found.map(
                  ({ form, around }) => `A process was started with an API key (${form}): ${around}.`,
                ),
                3,
              ),
            ),
          ),
        ),
});

/**
 * All that is seen now and then while something is done, and once more at its end.
 *
 * @throws what either throws, when both are over.
 */
export async function seenMeanwhile(
  look: () => readonly string[],
  act: () => Promise<void>,
  rest: () => Promise<void> = () => pause(each),
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const note = () => {
    for (const one of look()) seen.add(one);
  };
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      note();
      await rest();
    }
  })();
  // It may fail long before it is waited for.
  const ended = watching.catch(() => undefined);
  try {
    await act();
  } finally {
    isOver = true;
    await ended;
  }
  await watching;
  note();
  return seen;
}
