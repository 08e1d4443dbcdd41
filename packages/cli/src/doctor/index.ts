/**
 * What `annex doctor` looks at: each finding says what is wrong and what to do, before
 * Cloud says it less kindly. `examine` asks the world; what follows from the answers
 * are pure functions. Touches the app (which it starts for a moment), the public
 * URL and the Cloud's address.
 */
export { examine } from "./examine.ts";
export type { Finding } from "./findings.ts";
