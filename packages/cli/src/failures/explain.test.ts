import { BooksNotMoved, DirectoryInUse, OtherVersion } from "@annex/ledger";
import { Refusal, SandboxStartError } from "@annex/sandbox";
import { expect, test } from "vitest";
import { explain } from "./explain.ts";
import { CommandError } from "./index.ts";

function nodeError(fields: object): Error {
  return Object.assign(new Error("from the system"), fields);
}

test.each([
  [new CommandError("It broke.", "Mend it."), "It broke.", "Mend it."],
  [new SandboxStartError("some_code", "It broke.", "Mend it."), "It broke.", "Mend it."],
  [new DirectoryInUse("/books"), "The ledger's folder /books is in use by another process.", "Stop it first"],
  [
    new OtherVersion("/books", "17"),
    "The books in /books were written by PostgreSQL 17",
    "annex ledger export",
  ],
  [new BooksNotMoved("There are books.", "Import elsewhere."), "There are books.", "Import elsewhere."],
  [
    new Refusal(422, "invalid_manifest", "developer is missing.", { field: "developer" }),
    "developer is missing.",
    'Change "developer" in the app\'s manifest',
  ],
  [nodeError({ code: "EADDRINUSE", port: 4400 }), "Port 4400 is in use.", "--port N"],
  [nodeError({ code: "EACCES", syscall: "listen", port: 80 }), "Port 80 may not be used", "above 1023"],
  [nodeError({ code: "EACCES", path: "/root/x" }), "This user may not use /root/x.", "Give it the right"],
  [nodeError({ code: "EPERM", path: "/root/x" }), "This user may not use /root/x.", "Give it the right"],
  [
    nodeError({ code: "ENOSPC", path: "/d/log" }),
    "The disk is full: /d/log could not be written.",
    "Free some space",
  ],
  [{ name: "ErrnoError", errno: 51 }, "The disk is full", "Free some space"],
  [nodeError({ code: "ERR_SQLITE_ERROR", errcode: 13 }), "The disk is full.", "Free some space"],
  // An extended result code: SQLITE_IOERR_WRITE.
  [nodeError({ code: "ERR_SQLITE_ERROR", errcode: 778 }), "could not be read or written", "disk"],
  [nodeError({ code: "ERR_SQLITE_ERROR", errcode: 26 }), "is not a database", "--fresh"],
  [nodeError({ code: "28P01" }), "refuses the password", "Check user and password"],
  [nodeError({ code: "ECONNREFUSED", port: 5432 }), "cannot be reached", "Look whether it runs"],
])("%o is explained", (error, what, next) => {
  const explanation = explain(error);
  expect(explanation?.what).toContain(what);
  expect(explanation?.next).toContain(next);
});

test("what caused an error is looked at too", () => {
  const wrapped = new Error("opening failed", { cause: nodeError({ code: "EADDRINUSE", port: 1 }) });
  expect(explain(wrapped)?.what).toBe("Port 1 is in use.");
});

test("what nobody foresaw is not explained away", () => {
  expect(explain(new Error("a bug"))).toBeUndefined();
  expect(explain("a text")).toBeUndefined();
  expect(explain(undefined)).toBeUndefined();
});
