/**
 * The map of the rooms: the table in README.md that says what each room may import. It stands there once; this
 * reads it, so that what people are told and what is checked can't differ.
 */

/** A room: its folder, and the rooms whose packages it may import. */
export interface Room {
  readonly path: string;
  readonly mayImport: "all" | readonly string[];
}

const row = /^\| \[`([^`]+)`\]\([^)]+\) *\|.*\| *([^|]+?) *\|$/;

/**
 * Reads the table.
 *
 * @throws Error when there is none.
 * @example roomsIn("| [`packages/client`](packages/client) | a client | protocol |")
 */
export function roomsIn(readme: string): readonly Room[] {
  const rooms = readme.split("\n").flatMap((line) => {
    const [, path, allowed] = row.exec(line) ?? [];
    return path === undefined || allowed === undefined ? [] : [{ path, mayImport: allowance(allowed) }];
  });
  if (rooms.length === 0) throw new Error("README.md has no table of rooms.");
  return rooms;
}

function allowance(text: string): Room["mayImport"] {
  if (text === "all") return "all";
  return text === "nothing of ours" ? [] : text.split(", ");
}
