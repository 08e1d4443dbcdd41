/** Portal URLs with parts that nobody has, and what the pages that they open have in common with those of good ones. */
import { type Answer, NotTested, tokenOf } from "../evidence/index.ts";
import { openFrame, type World } from "../world/index.ts";

/** The same URL with every character of its token, or of these parts of it, another one, so that it still looks like one. */
export function inventedFor(url: string, token = tokenOf(url)): string {
  return url.replace(token, [...token].map((character) => (/\w/.test(character) ? "x" : character)).join(""));
}

/** Whether somebody was let in, or given a shell. */
export function isPage({ status }: Answer): boolean {
  return status !== null && status < 300;
}

/** What a page's scripts ask for by themselves. @returns nothing where no browser may be opened. */
export async function fill(world: World, url: string): Promise<readonly Answer[] | undefined> {
  if (world.options.fast === true) return undefined;
  try {
    const frame = await openFrame(world, url);
    const { exchanges } = await frame.look();
    await frame.close();
    const { origin } = new URL(url);
    return exchanges
      .filter((exchange) => new URL(exchange.url).origin === origin)
      .map(({ answer }) => answer);
  } catch (error) {
    if (error instanceof NotTested) return undefined;
    throw error;
  }
}

/** What belongs to an installation, whichever it is. */
export function marksOf({ cloud, tenants }: World): readonly string[] {
  return [
    cloud.marks.a,
    cloud.marks.b,
    ...tenants.flatMap(({ installedAppId, instanceId }) => [installedAppId, instanceId]),
  ];
}

/** A page without what is made anew each time: tokens, nonces, references. */
export function plain({ text }: Answer): string {
  return text.replaceAll(/[\w+/=-]{8,}/g, (word) => (/\d/.test(word) ? "·" : word));
}
