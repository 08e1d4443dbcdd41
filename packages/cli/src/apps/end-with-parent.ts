/**
 * Loaded into each app before its own code: when the command that started it is
 * gone, however it went, standard input ends, and the app ends too. Without this a
 * killed `annex dev` would leave apps behind that hold their ports.
 */
import { Socket } from "node:net";

process.stdin.once("end", () => process.kill(process.pid, "SIGTERM")).resume();
// The pipe alone must not keep an app alive that has nothing left to do.
if (process.stdin instanceof Socket) process.stdin.unref();
