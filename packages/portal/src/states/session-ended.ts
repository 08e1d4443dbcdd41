import { createContext } from "react";

/** Whether the session of the page around has ended, which is said above it once. */
export const SessionEndedContext = createContext(false);
