import {
  combinedAlike,
  combinedWith,
  fail,
  firstOf,
  NotTested,
  pass,
  repeatedBlocks,
  searchFor,
} from "../evidence/index.ts";
import {
  blocksOf,
  installed,
  pause,
  type StoredFile,
  storedFiles,
  type Tenant,
  uninstall,
  type World,
  writtenSince,
} from "../world/index.ts";
import { findIn, mustBeRead } from "./parts/stored.ts";
import { defineRule } from "./rule.ts";

/** So long after an event an app may still be writing. */
const untilWritten = 1000;
/** So much of what was written while keys were stored is looked through for how they were sealed, in bytes. */
const mostWritten = 16 * 1024 * 1024;

export default defineRule({
  id: "key-at-rest",
  title: "API keys are encrypted where they are stored",
  section: "9",
  holdsTo: "API keys encrypted at rest.",
  severity: "critical",
  how: "Every file the app stores, but for its logs, and its name are searched for the keys of active and ended installations, and of deliveries that came too late or with another key: plain, base64, hex, URL-encoded, reversed, in pieces. It is looked whether keys were combined with something that stays the same, as with one password or the stream of a cipher whose nonce never changes, or with an id of the same event; and whether of a key that repeats itself the same block is stored again and again.",
  fix: "Encrypt each key with an authenticated cipher (AES-256-GCM, or libsodium's secretbox) under a key that does not lie beside the data, before it is stored. Encoding is no encryption, nor is a password or an id that each key is combined with; a cipher needs a new random nonce for each key, and ECB is none.",
  needs: ["database"],
  pace: "last",
  observe: async (world): Promise<Seen> => {
    const planting = await plantKeys(world);
    const files = storedFiles(world.options);
    const found = await storedPlainly(world, files);
    // Where there is nothing to look through, or enough was found, nothing else has to be seen.
    if (files.length === 0 || found.length > 0) return { files, found, isWhole: true };
    if (planting !== undefined) throw planting;
    return { files, ...(await howSealed(world)) };
  },
  judge: ({ files, found, isWhole }) => {
    if (files.length === 0)
      throw new NotTested(
        "There is nothing at the path given with --database.",
        "Give the file or folder the app really stores in.",
      );
    if (found.length > 0) return fail(...firstOf(found, 3));
    mustBeRead(files);
    return pass(
      isWhole
        ? `${files.length} files, no trace of a key.`
        : `${files.length} files, no trace of a key. More than ${mostWritten / 1024 ** 2} MiB were written as keys were stored, so that how they were sealed was looked at in a part of that only.`,
    );
  },
});

type Seen = {
  readonly files: readonly StoredFile[];
  readonly found: readonly string[];
  /** Whether all that was written while keys were stored was looked through for how they were sealed. */
  readonly isWhole: boolean;
};

/** Keys of an installation that is active and of one that has ended, beside those of the check. @returns why they were not taken. */
async function plantKeys(world: World): Promise<NotTested | undefined> {
  try {
    await installed(world);
    await uninstall(world, await installed(world));
    return undefined;
  } catch (error) {
    // An app that can't just now may have stored what it took before.
    if (error instanceof NotTested) return error;
    throw error;
  } finally {
    await pause(untilWritten);
  }
}

/** Where a key stands for everybody to read. */
async function storedPlainly(world: World, files: readonly StoredFile[]): Promise<readonly string[]> {
  const search = searchFor(world.tenants.map(({ key }) => key));
  const named = files.filter(({ path }) => search(path) !== undefined);
  const found = await findIn(files, search);
  return [
    ...found.map(({ path, finding }) => `${path} holds an API key (${finding.form}).`),
    ...named.map(({ path }) => `A file is named by an API key: ${namedOtherwise(path, world)}.`),
  ];
}

/** What can be opened though it is sealed. A large store is looked through several times for this. */
async function howSealed(world: World): Promise<Omit<Seen, "files">> {
  const first = await blocksOf(storedFiles(world.options));
  const pair = [await installed(world), await installed(world)] as const;
  await pause(untilWritten);
  const withPair = await writtenSince(storedFiles(world.options), first, mostWritten);
  const known = await repeatedIn(world);
  const second = await blocksOf(storedFiles(world.options));
  await installed(world, { keyOfBlocks: true });
  await pause(untilWritten);
  const withBlocks = await writtenSince(storedFiles(world.options), second, mostWritten);
  const found = [
    ...(await wronglySealed(withPair.contents, pair)),
    ...sealedInBlocks(withBlocks.contents, known),
  ];
  return { found: found.slice(0, 1), isWhole: withPair.isWhole && withBlocks.isWhole };
}

/** Blocks that the store repeats before it holds a key that does. */
async function repeatedIn({ options }: World): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  await findIn(storedFiles(options), (part) => {
    for (const block of repeatedBlocks(part)) known.add(block);
    return undefined;
  });
  return known;
}

/** What can be opened without the key that it is said to be sealed with. */
async function wronglySealed(
  contents: readonly Buffer[],
  pair: readonly [Tenant, Tenant],
): Promise<readonly string[]> {
  const alike = await combinedAlike(contents, [pair[0].key, pair[1].key]);
  if (alike !== undefined) return [`Two API keys are stored, each ${alike}.`];
  const [first] = pair;
  const ids = {
    installed_app_id: first.installedAppId,
    instance_id: first.instanceId,
    organization_id: first.organizationId,
    app_id: first.appId,
  };
  const id = contents
    .map((content) => combinedWith(content, first.key, Object.values(ids)))
    .find((one) => one !== undefined);
  const field = Object.entries(ids).find(([, value]) => value === id)?.[0];
  return field === undefined
    ? []
    : [`An API key is stored exclusive-or with its event's ${field}, which lies beside it.`];
}

function sealedInBlocks(contents: readonly Buffer[], known: ReadonlySet<string>): readonly string[] {
  return contents.some((content) => [...repeatedBlocks(content)].some((block) => !known.has(block)))
    ? [
        "Of an API key that repeats itself the same block is stored again and again: its cipher encrypts each block by itself (ECB).",
      ]
    : [];
}

/** The secret itself stands in no report. */
function namedOtherwise(path: string, { tenants }: Pick<World, "tenants">): string {
  return tenants.reduce((known, { key }) => known.replaceAll(key, `${key.slice(0, 8)}…`), path);
}
