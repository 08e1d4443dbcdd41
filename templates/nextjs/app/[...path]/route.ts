/**
 * Whatever is no page of yours is the app's: the two doors, the portal, its health. Its answer to an address that there is
 * not is the same everywhere, so that nobody learns where the doors are.
 */
export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as PATCH,
  handle as POST,
  handle as PUT,
} from "../../src/handlers.ts";

/** Asked of the app each time, not of a page that was made when it was built. */
export const dynamic = "force-dynamic";
