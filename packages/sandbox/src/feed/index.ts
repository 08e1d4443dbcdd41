/**
 * What happens, as it happens: every recorded call and every delivery, for the page's
 * live view and for `annex logs --follow`. Keeps nothing: who was not there reads the
 * logs. Touches no table.
 */
export { createFeed, type Feed, type FeedEvent } from "./feed.ts";
