import { hash, timingSafeEqual } from "node:crypto";

/** Whether a text from a URL is one of the secrets. */
export type IsCapability = (presented: string) => boolean;

/**
 * Compares in a time that tells nothing: hashes of equal length, and all secrets
 * looked at whichever fits. The current secret and older ones are as good, so
 * that the URLs can be changed with an overlap. Contract section 6.
 */
export function createCapability(secrets: readonly string[]): IsCapability {
  const digests = secrets.map(digest);
  return (presented) => {
    const asked = digest(presented);
    let found = false;
    for (const known of digests) found = timingSafeEqual(asked, known) || found;
    return found;
  };
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
