/** What a page asks for again and again, told from what it asks for often at the beginning or of many things once. */

/** The same request so often, over so long, while a page comes to rest is a page that asks for ever. */
const leastTimes = 4;
const repeatingTime = 2500;
/** A page that watches over work under way asks once a second; what asks faster has nobody to show it to. */
const watchfulPause = 700;

/** Whether requests at these times, in milliseconds, are more than a page needs to come up. */
export function isRestless(times: readonly number[]): boolean {
  const [first = 0] = times;
  return times.length >= leastTimes && (times.at(-1) ?? first) - first > repeatingTime;
}

/** Whether they come faster than anybody needs who watches: by the middle one of the pauses, since a page may begin with a burst. */
export function isHasty(times: readonly number[]): boolean {
  const pauses = times.slice(1).map((time, place) => time - (times[place] ?? time));
  const middle = pauses.toSorted((left, right) => left - right)[Math.floor(pauses.length / 2)];
  return isRestless(times) && middle !== undefined && middle < watchfulPause;
}

/** A moment or a chance number that somebody puts into an address so that no cache answers. */
const againstCaches = /^(1\d{12}|0\.\d+)$/;

/** Whether a value of an address is only there so that no cache answers. */
export function isAgainstCaches(value: string): boolean {
  return againstCaches.test(value);
}

/**
 * What a request asks for: its method and address, without what is only there to be new each time.
 *
 * @example
 * ```ts
 * askedFor("GET", "https://a.example/runs?id=a&_=1795770000123"); // "GET https://a.example/runs?id=a&_="
 * ```
 */
export function askedFor(method: string, url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(([name, value]) => `${name}=${isAgainstCaches(value) ? "" : value}`);
  return `${method} ${origin}${pathname}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}
