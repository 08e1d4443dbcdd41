/**
 * Rings of imports inside a tree of files. In every folder its files and its folders are looked at as they
 * stand side by side: a folder imports what any file in it imports. Where A imports B, directly or through its
 * other siblings, B may not import A, types included. So whoever reads a folder can read what stands in it in
 * one order, and what two of them share stands beside them and imports neither.
 */

/** Which files each file imports; paths with `/`, relative to one root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** A ring: siblings in the order they import each other, and for each the import that leads to the next. */
export interface Ring {
  readonly folder: string;
  readonly steps: readonly { readonly sibling: string; readonly from: string; readonly to: string }[];
}

/**
 * One ring for each folder that has any; none when the tree is clean.
 *
 * @example ringsIn(new Map([["a/x.ts", ["b/y.ts"]], ["b/y.ts", ["a/z.ts"]]])) // a → b → a
 */
export function ringsIn(graph: ImportGraph): readonly Ring[] {
  return [...siblings(graph)].flatMap(([folder, edges]) => {
    const steps = ringAmong(edges);
    return steps === undefined ? [] : [{ folder, steps }];
  });
}

interface Import {
  readonly from: string;
  readonly to: string;
}

/** For each sibling the siblings it imports, each with one import that shows it. */
type Edges = ReadonlyMap<string, ReadonlyMap<string, Import>>;

/** Every import stands between two siblings of the deepest folder that holds both of its ends. */
function siblings(graph: ImportGraph): ReadonlyMap<string, Edges> {
  const folders = new Map<string, Map<string, Map<string, Import>>>();
  for (const [from, targets] of graph) {
    for (const to of targets) {
      if (from === to) continue;
      const { folder, left, right } = parting(from, to);
      const edges = folders.get(folder) ?? new Map<string, Map<string, Import>>();
      const outgoing = edges.get(left) ?? new Map<string, Import>();
      if (!outgoing.has(right)) outgoing.set(right, { from, to });
      folders.set(folder, edges.set(left, outgoing));
    }
  }
  return folders;
}

function parting(from: string, to: string): { folder: string; left: string; right: string } {
  const [ours, theirs] = [from.split("/"), to.split("/")];
  const depth = ours.findIndex((part, index) => part !== theirs[index]);
  return { folder: ours.slice(0, depth).join("/"), left: ours[depth] ?? "", right: theirs[depth] ?? "" };
}

function ringAmong(edges: Edges): Ring["steps"] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (sibling: string): readonly string[] | undefined => {
    if (path.includes(sibling)) return path.slice(path.indexOf(sibling));
    if (done.has(sibling)) return undefined;
    path.push(sibling);
    for (const next of edges.get(sibling)?.keys() ?? []) {
      const ring = visit(next);
      if (ring !== undefined) return ring;
    }
    path.pop();
    done.add(sibling);
    return undefined;
  };
  for (const start of edges.keys()) {
    const ring = visit(start);
    if (ring !== undefined)
      return ring.map((sibling, index) => stepOf(edges, sibling, ring[index + 1] ?? ring[0] ?? ""));
  }
  return undefined;
}

function stepOf(edges: Edges, sibling: string, next: string): Ring["steps"][number] {
  const shown = edges.get(sibling)?.get(next);
  return { sibling, from: shown?.from ?? "", to: shown?.to ?? "" };
}
