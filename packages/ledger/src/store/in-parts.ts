/** Names that share a statement: the embedded engine serves nobody else until it has found them. */
const namesAtOnce = 500;

/** Looks many names up, some at a time. */
export async function readInParts<Name, Found>(
  names: readonly Name[],
  read: (part: readonly Name[]) => Promise<Iterable<Found>>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < names.length; start += namesAtOnce)
    for (const one of await read(names.slice(start, start + namesAtOnce))) found.push(one);
  return found;
}
