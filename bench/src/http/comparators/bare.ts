/** Bare node:http, one commit an event: the limit of what the usual way gives. */
import { serveByHand } from "./by-hand.ts";
import type { HandWritten, Reply } from "./hand-written.ts";

serveByHand("bare", (work: HandWritten) => (act: () => Reply, answer: (reply: Reply) => void) => {
  work.begin();
  const reply = act();
  work.commit();
  answer(reply);
});
