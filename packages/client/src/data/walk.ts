/**
 * Walking through every record of a collection while others write to it. By key where the API has one: each request
 * asks for the records up to the oldest one seen, so that nothing moves when some leave the filter, and a page may be
 * of any size. Where there is no key, or the records do not come newest first, by page. What arrived meanwhile is
 * looked for from the top, until nothing new is there: the server's count alone does not tell, since as many may have
 * left. Contract section 8.
 */
import { UnexpectedAnswer } from "../errors/index.ts";
import type { KnownPages } from "../transport/known-pages.ts";
import type { Page } from "./paging.ts";

/** How a collection is asked for, one page at a time. */
export interface WalkedPages<Fields> {
  readonly idOf: (record: Fields) => string;
  /** When a record was made, as text of a time, where the collection can be asked for the records up to a time. */
  readonly createdAt?: ((record: Fields) => unknown) | undefined;
  /** Records a page; the server may give fewer. */
  readonly pageSize: number;
  readonly known: KnownPages;
  fetch(request: {
    readonly page: number;
    readonly pageSize: number;
    /** Only records made at this time or before. */
    readonly until?: Date | undefined;
  }): Promise<Page<Fields>>;
}

/** A record can become visible this long after the time it bears, in milliseconds: queued work, a slow commit. */
const lateArrival = 10 * 60_000;
/** A writer who is faster than the walk is not followed for ever: what is given by then has to be all, by the count. */
const mostPasses = 100;

/** So often in a row a server may contradict its own count: rows can leave between its count and its page. */
const mostContradictions = 3;

/** So many passes in a row may bring nothing new while the server counts more than it gave: chance has its turn first. */
const mostFruitless = 5;

/** What a pass leaves behind. Times in milliseconds since 1970. */
type Walk = {
  /** Ids of all that was given out: about a hundred bytes a record. */
  readonly seen: Set<string>;
  keyed: boolean;
  /** A page held one record twice: then the server's count may be of more than there are. */
  doubles: boolean;
  pageSize: number;
  /** Older records need not be looked at again. */
  since: number;
  newest: number;
};
type Pass = {
  requests: number;
  fresh: number;
  /** How many records match in all, by the last answer that counted them. */
  count: bigint;
  /** Ids that came again on a later page of the same list: a server that gives them twice, or others in their places. */
  readonly again: string[];
  /** The first answer gave all there is, by its count and by what came after it. */
  isOneAnswer: boolean;
};

/**
 * Gives every record that matches from the beginning to the end of the walk once, and those that arrive before its last
 * look from the top. One that leaves before it is reached is not given; none is given twice. A pass ends by the
 * server's own count, once it has counted more of this collection than it gave on a page, in this walk or in one
 * before. Until then the count may be the page's own, and a page ends the pass that is shorter than one the server has
 * given, or of a length that is nobody's limit (below 10; below 100 and neither a multiple of five nor a power of two),
 * or that brings nothing new. So a server that counts its page alone is seen through where its pages are of such a
 * limit; and a collection of 10, 15, 16, 20, … records that never had two pages costs two requests a walk, not one.
 *
 * The walk itself ends only when it has given as many as the server counts: records of one moment come in any order, so
 * that some can change places from page to page and be passed by. Where passes bring nothing new and the count still
 * says more, it fails; so it does where the count says more after a hundred passes. A server that counts a record as
 * often as it gives it is seen through: the same ones come twice in every pass, however its pages are cut.
 *
 * @throws UnexpectedAnswer where records are missing by the server's own count.
 */
export async function* walkAll<Fields>(pages: WalkedPages<Fields>): AsyncGenerator<Fields, void, undefined> {
  const walk: Walk = {
    seen: new Set(),
    keyed: pages.createdAt !== undefined,
    doubles: false,
    pageSize: pages.pageSize,
    since: Number.NEGATIVE_INFINITY,
    newest: Number.NEGATIVE_INFINITY,
  };
  let fruitless = 0;
  let cameAgain: readonly string[] = [];
  for (let passes = 1; ; passes += 1) {
    const pass: Pass = { requests: 0, fresh: 0, count: 0n, again: [], isOneAnswer: false };
    yield* walkOnce(pages, walk, pass);
    const given = BigInt(walk.seen.size);
    const isComplete = walk.doubles || given >= pass.count;
    // One answer is one moment: nothing can have moved within it.
    if (isComplete && (pass.requests === 1 || pass.isOneAnswer || (passes > 1 && pass.fresh === 0))) return;
    fruitless = pass.fresh === 0 ? fruitless + 1 : 0;
    const again = new Set(pass.again);
    cameAgain = fruitless > 1 ? cameAgain.filter((id) => again.has(id)) : pass.again;
    if (!isComplete && fruitless === mostFruitless) {
      if (given + BigInt(cameAgain.length) >= pass.count) return;
      throw contradiction(pass.count, given);
    }
    if (passes === mostPasses) {
      if (isComplete) return;
      throw contradiction(pass.count, given);
    }
    // Cut elsewhere, the pages show what came twice on one of them, and what lay hidden between two.
    if (!isComplete && pass.again.length > 0) walk.pageSize = Math.max(1, walk.pageSize - 1);
    // Records of one moment come in any order, and some of them may have changed places between two pages.
    walk.since = walk.keyed && isComplete ? walk.newest - lateArrival : Number.NEGATIVE_INFINITY;
  }
}

function contradiction(counted: bigint, given: bigint): UnexpectedAnswer {
  return new UnexpectedAnswer(
    `it said that ${counted} records match, and gave ${given} of them however often it was asked for the others`,
  );
}

/** When a record was made, as every keyed collection spells it. */
export function createdAtOf(record: unknown): unknown {
  return (record as { readonly created_at?: unknown }).created_at;
}

/** Where a pass stands in the list it reads: the pages of one question, which is asked anew for each `until`. */
type Place = {
  /** Only records made at this time or before, in milliseconds since 1970. */
  readonly until: number | undefined;
  page: number;
  /** Records on the pages so far, each as often as it came. */
  passed: number;
  /** Their ids: a server can give a record twice, and counts it once. */
  readonly different: Set<string>;
};

function beginning(until?: number): Place {
  return { until, page: 1, passed: 0, different: new Set() };
}

async function* walkOnce<Fields>(
  pages: WalkedPages<Fields>,
  walk: Walk,
  pass: Pass,
): AsyncGenerator<Fields, void, undefined> {
  let place = beginning();
  let contradictions = 0;
  const contradict = (total: bigint) => {
    contradictions += 1;
    if (contradictions < mostContradictions) return;
    throw contradiction(total, BigInt(place.different.size));
  };
  for (;;) {
    const { until, page, different } = place;
    const bound: Date | undefined = until === undefined ? undefined : new Date(until);
    const { data, total } = await pages.fetch({ page, pageSize: walk.pageSize, until: bound });
    pass.requests += 1;
    if (bound === undefined) pass.count = total;
    const times = timesOf(pages, walk, data);
    walk.doubles ||= new Set(data.map(pages.idOf)).size < data.length;
    const before = different.size;
    const freshBefore = pass.fresh;
    for (const record of data) {
      if (different.has(pages.idOf(record))) pass.again.push(pages.idOf(record));
      different.add(pages.idOf(record));
      if (!takeIn(walk, pages.idOf(record))) continue;
      pass.fresh += 1;
      yield record;
    }
    place.passed += data.length;
    if (different.size > before) contradictions = 0;
    const bringsNew = pass.fresh > freshBefore;
    const isAll = BigInt(different.size) === total;
    if (pass.requests === 1) pass.isOneAnswer = isAll;
    else if (bringsNew) pass.isOneAnswer = false;
    // Only by a first page: a later one may be short of a count that is of the first.
    if (page === 1 && total > BigInt(data.length)) pages.known.counts = true;
    // A page that is all there is, by a count that may be the page's own: the next one tells, unless it is clear that
    // the server gives longer ones.
    const isFull = page === 1 && data.length >= pages.pageSize;
    const isShort = data.length < pages.known.longest || !mayBeLimit(data.length);
    const isEnd = isShort || (page > 1 && !bringsNew);
    pages.known.longest = Math.max(pages.known.longest, data.length);
    if (isAll && !isFull && (pages.known.counts || isEnd)) return;
    if (data.length === 0) {
      // It has less than what lies before this page, or no count worth the name.
      const reached = Math.max(place.passed, (page - 1) * walk.pageSize);
      if (total <= BigInt(reached) || BigInt(different.size) > total) return;
      contradict(total);
      continue;
    }
    if (BigInt(place.passed) > total && different.size === before) {
      // A count below what it has given is no count: there is more until a page brings nothing new.
      if (BigInt(different.size) > total) return;
      contradict(total);
    }
    if (bound !== undefined && times !== undefined && times.newest > bound.getTime()) {
      // It takes no notice of the time that is asked up to: from page to page, then.
      walk.keyed = false;
      place = beginning();
      continue;
    }
    const oldest = times?.oldest ?? Number.NaN;
    if (oldest < walk.since) return;
    if (times !== undefined && (until === undefined || oldest < until)) place = beginning(oldest);
    else {
      // A server that gives fewer than it is asked for may still count its pages by what it was asked for.
      if (page === 1 && BigInt(data.length) < total) walk.pageSize = Math.min(walk.pageSize, data.length);
      else if (!pages.known.counts) walk.pageSize = Math.min(walk.pageSize, pages.known.longest);
      place.page += 1;
    }
  }
}

/** Whether somebody may have set so many as the most of a page: ten at least, and a round figure or a large one. */
function mayBeLimit(records: number): boolean {
  const isPowerOfTwo = Number.isInteger(Math.log2(records));
  return records >= 100 || (records >= 10 && (records % 5 === 0 || isPowerOfTwo));
}

function takeIn(walk: Walk, id: string): boolean {
  if (walk.seen.has(id)) return false;
  walk.seen.add(id);
  return true;
}

/**
 * The span of a page, where its records come newest first; otherwise the walk goes on by page. The oldest time is
 * rounded up to a millisecond, which is as exact as every server reads a time.
 */
function timesOf<Fields>(
  { createdAt }: WalkedPages<Fields>,
  walk: Walk,
  data: readonly Fields[],
): { readonly oldest: number; readonly newest: number } | undefined {
  if (!walk.keyed || createdAt === undefined) return undefined;
  const times = data.map((record) => Date.parse(String(createdAt(record))));
  const [first = Number.NaN] = times;
  const newestFirst = times.every((time, index) => time <= (times[index - 1] ?? Number.POSITIVE_INFINITY));
  if (!newestFirst) {
    walk.keyed = false;
    return undefined;
  }
  walk.newest = Math.max(walk.newest, first);
  return { oldest: (times.at(-1) ?? first) + 1, newest: first };
}
