/**
 * Whoever reads a command's output may stop before its end, as `head` does. A command that answers has said enough
 * then and ends; one that serves goes on, since what it prints is not what it is for.
 */
let serves = false;

/** Tells that what this process does goes on when nobody reads its output. */
export function goOnUnread(): void {
  serves = true;
}

/** Looks after the two outputs of this process; without it Node ends the process with a stack. */
export function watchOutput(): void {
  for (const output of [process.stdout, process.stderr])
    output.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (!serves) process.exit(0);
    });
}
