import { combinedAlike, fail, firstOf, NotTested, pass, searchFor } from "../evidence/index.ts";
import { installed, pause, storedFiles, uninstall } from "../world/index.ts";
import { findIn, isReadTogether, mustBeRead, readTogether } from "./parts/stored.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "key-at-rest",
  title: "API keys are encrypted where they are stored",
  section: "9",
  holdsTo: "API keys encrypted at rest.",
  severity: "critical",
  how: "Every file the app stores, but for its logs, is searched for the keys of active and ended installations, and of deliveries that came too late or with another key: plain, base64, hex, URL-encoded, reversed, in pieces. Of two keys that are stored at the same time it is looked whether both were combined with something that stays the same, as with one password or the stream of a cipher whose nonce never changes.",
  fix: "Encrypt each key with an authenticated cipher (AES-256-GCM, or libsodium's secretbox) under a key that does not lie beside the data, before it is stored. Encoding is no encryption, nor is a password that each key is combined with; a cipher needs a new random nonce for each key.",
  needs: ["database"],
  pace: "last",
  observe: async (world) => {
    const pair = [(await installed(world)).key, (await installed(world)).key] as const;
    await uninstall(world, await installed(world));
    await pause(1000);
    const files = storedFiles(world.options);
    const search = searchFor(world.tenants.map(({ key }) => key));
    const found = await findIn(files, search);
    const alike = found.length > 0 ? undefined : combinedAlike(await readTogether(files), pair);
    return {
      files,
      found: [
        ...found.map(({ path, finding }) => `${path} holds an API key (${finding.form}).`),
        ...(alike === undefined ? [] : [`Two API keys are stored, each ${alike}.`]),
      ],
    };
  },
  judge: ({ files, found }) => {
    if (files.length === 0)
      throw new NotTested(
        "There is nothing at the path given with --database.",
        "Give the file or folder the app really stores in.",
      );
    if (found.length > 0) return fail(...firstOf(found, 3));
    mustBeRead(files);
    return pass(
      isReadTogether(files)
        ? `${files.length} files, no trace of a key.`
        : `${files.length} files, no trace of a key. So much is stored that whether two keys were combined with the same was looked at in a part of it only.`,
    );
  },
});
