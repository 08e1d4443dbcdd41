/** What every server of this repository says as soon as it answers: `ready`, and where, in a line of standard output. */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Waits until a process is ready; gives its address.
 *
 * @throws Error with what it said, when it ends before.
 */
export function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("error", reject);
    child.once("close", (code) =>
      reject(new Error(`It ended with code ${code} before it was ready. It said:\n${said}`)),
    );
    if (child.stdout === null) return;
    const lines = createInterface({ input: child.stdout });
    const look = (line: string) => {
      said += `${line}\n`;
      const url = /^ready .*?(https?:\/\/\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      // What follows is read too, so that the process never waits for a reader, and kept by nobody.
      lines.off("line", look).resume();
      resolve(url);
    };
    lines.on("line", look);
  });
}
