/**
 * A Cloud of any size by one command: organizations with their instances, members, apps and installations, so that
 * lists, searches and starts can be tried where there is much. Made as seeding and registering would have made it; no
 * app is asked anything. Touches a data directory that no Cloud runs on.
 */
export { type CloudSize, fillCloud } from "./fill.ts";
