/**
 * Launching an installed app: launch access, the portal request, and what is taken
 * for a portal URL. Contract section 7. Keeps nothing of its own: the request is a
 * delivery, and the URL goes to the one who launched and nowhere else.
 */
export { createLaunching, type Launching } from "./launching.ts";
