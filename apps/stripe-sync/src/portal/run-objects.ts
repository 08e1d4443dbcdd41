/** The objects of a run, newest first, by state and kind: what is rare is found without looking at all of them. */
import type { Entry } from "@annex/app";
import {
  type ObjectJson,
  type ObjectKind,
  type ObjectState,
  objectKinds,
  objectStates,
} from "../portal-types.ts";
import { objectOf } from "../sync/outcomes.ts";
import {
  indexKey,
  type KeptRun,
  type RunObject,
  runKey,
  runPrefix,
  type SyncData,
} from "../sync/register.ts";
import type { Tally } from "../sync/tally.ts";
import { scanSize } from "./parts.ts";

type ShownRun = { readonly kept: KeptRun; readonly tally: Tally };
type Query = {
  readonly kind?: readonly ObjectKind[] | undefined;
  readonly state?: readonly ObjectState[] | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};
type Found = Entry<RunObject>;

/** One page of them; `next` is where the page after it begins. */
export async function objectsOf(data: SyncData, run: ShownRun, query: Query) {
  const { runId } = run.kept;
  const places = placesOf(run, query);
  const found = await (places === undefined
    ? scanned(data, runId, query)
    : indexed(data, runId, places, query));
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.key : undefined;
  const objects = await Promise.all(shown.map((entry) => objectIn(data, runId, entry)));
  return {
    data: objects.filter((object) => object !== undefined),
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * The states and kinds to look for in the index; undefined where it does not help: nothing is filtered, objects that
 * wait are wanted, which are not in it, or the run is an older version's.
 */
function placesOf({ kept, tally }: ShownRun, query: Query): readonly RunObject[] | undefined {
  const wanted = query.state ?? objectStates;
  const waits = wanted.includes("waiting") && (tally.states.waiting ?? 0) > 0;
  if (kept.indexed !== true || waits || (query.state ?? query.kind) === undefined) return undefined;
  const states = wanted.filter((state) => state !== "waiting" && (tally.states[state] ?? 0) > 0);
  const kinds = (query.kind ?? objectKinds).filter((kind) => (tally.kinds[kind] ?? 0) > 0);
  return states.flatMap((state) => kinds.map((kind) => ({ state, kind })));
}

/** One more than a page, by the index: the newest of each place, merged; what has left its place since is not there. */
async function indexed(
  data: SyncData,
  runId: string,
  places: readonly RunObject[],
  query: Query,
): Promise<readonly Found[]> {
  const limit = query.limit + 1;
  const found: Found[] = [];
  let after = query.after?.slice(runPrefix(runId).length);
  for (;;) {
    const lists = await Promise.all(
      places.map(async (place) => {
        const prefix = indexKey(runId, place, "");
        const from = after === undefined ? {} : { after: prefix + after };
        const list = await data.runIndex.list({ prefix, limit, descending: true, ...from });
        return list.map(({ key }) => ({ key: key.slice(prefix.length), place }));
      }),
    );
    const newest = lists
      .flat()
      .sort((one, other) => (one.key < other.key ? 1 : -1))
      .slice(0, limit);
    for (const { key, place } of newest) {
      const value = await data.runObjects.get(runKey(runId, key));
      if (value?.state === place.state) found.push({ key: runKey(runId, key), value });
    }
    after = newest.at(-1)?.key;
    if (newest.length < limit || found.length >= limit) return found;
  }
}

/** One more than a page, looking at each of them. */
async function scanned(data: SyncData, runId: string, query: Query): Promise<readonly Found[]> {
  const wanted = ({ kind, state }: RunObject) =>
    (query.kind === undefined || query.kind.includes(kind)) &&
    (query.state === undefined || query.state.includes(state));
  const found: Found[] = [];
  let after = query.after;
  for (;;) {
    const options = { prefix: runPrefix(runId), limit: scanSize, descending: true };
    const page = await data.runObjects.list({ ...options, ...(after === undefined ? {} : { after }) });
    found.push(...page.filter(({ value }) => wanted(value)));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) return found;
  }
}

/** As it is now, in the state that the run left it in. */
async function objectIn(
  data: SyncData,
  runId: string,
  { key: runObject, value: { kind, state } }: Found,
): Promise<ObjectJson | undefined> {
  const key = runObject.slice(runPrefix(runId).length);
  if (kind === "customer") {
    const id = key.slice(key.indexOf("/") + 1);
    const known = await data.customers.get(id);
    return known === undefined ? undefined : { ...known.object, state };
  }
  const stored = await data.movements.get(key);
  if (stored === undefined) return undefined;
  const alert = kind === "dispute" ? await data.alerts.get(key) : undefined;
  return { ...objectOf(stored, alert?.alertId), state };
}
