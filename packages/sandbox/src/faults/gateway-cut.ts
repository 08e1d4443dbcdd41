/** `gateway-cut`: the connection ends, and nobody knows what was done. */
import { z } from "zod";
import { gatewayFault } from "./fault.ts";

export const gatewayCut = gatewayFault({
  name: "gateway-cut",
  title: "Connections end without an answer",
  values: z.object({
    after: z
      .enum(["commit", "request", "half"], "must be commit, request or half")
      .default("commit")
      .describe("after the ledger did it, before it did it, or in the middle of the answer"),
  }),
  whatHappens:
    "The connection ends without an answer: after the ledger did what was asked (commit), before it did it (request), or in the middle of the answer (half).",
  whatAGoodAppDoes:
    "Sends a write again only under the same reference, or looks first whether it is there; never posts twice, and says so when it cannot know.",
  effect: ({ after }) => ({ kind: "cut", after }),
});
