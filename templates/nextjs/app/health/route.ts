export { handle as GET, handle as HEAD } from "../../src/handlers.ts";

/** Asked of the app each time, not of a page that was made when it was built. */
export const dynamic = "force-dynamic";
