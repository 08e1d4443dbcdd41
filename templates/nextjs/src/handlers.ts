/** The app as route handlers of Next.js. */
import { app as made } from "./app.ts";

/** Next.js loads this file once for its routes and once for `instrumentation.ts`; the app must be one. */
const holder = globalThis as typeof globalThis & { annexApp?: typeof made };
holder.annexApp ??= made;

export const app = holder.annexApp;

/** Answers whatever method a route is asked with. */
export const handle = (request: Request): Promise<Response> => app.fetch(request);
