/**
 * Values the public pages of the platform are silent about and this project
 * fixed, in one place, so that each can follow the platform when it speaks.
 * Contract: everything marked as chosen. Times in milliseconds unless named otherwise.
 */

/** Both URLs must answer within this time. Section 3 and 4 (this one is documented). */
export const callbackTimeLimit = 10_000;

/** Largest body of a callback or portal request, in bytes. Section 5. */
export const callbackBodyLimit = 64 * 1024;

/** How long after an install a 401 is not yet a verdict on its key. Section 5. */
export const keyGraceTime = 60_000;

/** Life of a portal link, of an idle session and of any session, in seconds. Section 7. */
export const portalLifetimes = {
  linkSeconds: 300,
  sessionSeconds: 900,
  sessionMaximumSeconds: 28_800,
} as const;

/** Fewest random bits in the secret of the two URLs. Section 6. */
export const capabilityBits = 128;

/** Cloud's documented egress addresses, for an allow-list where one is wanted. Section 6. */
export const cloudEgressAddresses = ["161.35.166.95", "161.35.171.250"] as const;

/**
 * Calls a minute that an installation may make before it is answered 429. The platform names no figure.
 * A hundred a second over a minute: ordinary work never meets it, a loop that ran wild does within seconds.
 * Section 8.
 */
export const rateLimitPerMinute = 6000;

/** Base of the real Cloud's API. Section 8. */
export const cloudApiUrl = "https://api.cloud.blnkfinance.com";

/** Page sizes of the Data API. Section 8. */
export const dataPageSize = { ledgers: 30, others: 20, largest: 200 } as const;

/** What Cloud adds to `POST /proxy/transactions` when it is missing. Section 8. */
export const proxyDefaultPrecision = 100;

/** Prefixes that tell the two events apart. Section 4. */
export const idempotencyPrefix = { install: "install:", uninstall: "uninstall:" } as const;

/** Characters of an API key that are safe to show. Section 1. */
export const apiKeyPrefixLength = 8;

/**
 * Stands in a list of launch access for everybody of a role, as `role:Analyst`. Section 2 names members only; whoever
 * joins with the role later may launch the app too.
 */
export const rolePrefix = "role:";
