/** Bare node:http; what arrives in one turn of the event loop shares one commit, and answers go out after it. */
import { serveByHand } from "./by-hand.ts";
import type { HandWritten, Reply } from "./hand-written.ts";

serveByHand("group-commit", (work: HandWritten) => {
  let waiting: (() => () => void)[] = [];
  const flush = () => {
    const group = waiting;
    waiting = [];
    work.begin();
    const answers = group.map((act) => act());
    work.commit();
    for (const answer of answers) answer();
  };
  return (act: () => Reply, answer: (reply: Reply) => void) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(() => {
      const reply = act();
      return () => answer(reply);
    });
  };
});
