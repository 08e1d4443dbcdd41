/**
 * How a command fails. What a person can mend is said in two lines, what happened and
 * what to do next, and never with a stack; only what nobody foresaw keeps its stack,
 * which holds no secret by type. `explain` decides from plain errors; `exit` prints and
 * ends, and is loaded when something failed, since it knows the errors of every room.
 */
export { CommandError } from "./command-error.ts";
