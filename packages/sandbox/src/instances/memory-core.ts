/**
 * A ledger of our own in memory, for tests. It opens with the first request that needs it: a Cloud that is
 * started for one test has not to wait for ledgers that the test never asks. It has no address of its own.
 */
import { createDataReader } from "@annex/data-api";
import { openLedger } from "@annex/ledger";
import type { Surroundings } from "../surroundings.ts";
import type { EmbeddedPlan, OpenCore } from "./open-core.ts";
import { inProcessCore } from "./transport.ts";

export function openMemoryCore(
  plan: EmbeddedPlan,
  { clock, log }: Pick<Surroundings, "clock" | "log">,
): OpenCore {
  let opened: ReturnType<typeof openLedger> | undefined;
  const ledger = () => {
    opened ??= openLedger({
      database: { kind: "embedded" },
      key: plan.key,
      tokenizationSecret: plan.tokenizationSecret,
      clock,
      onFault: (error) => log.error({ err: error, instanceId: plan.instanceId }, "ledger fault"),
    });
    return opened;
  };
  return {
    transport: { request: async (request) => inProcessCore(await ledger(), plan.key).request(request) },
    reader: async () => createDataReader((await ledger()).database),
    url: undefined,
    settle: async () => {
      await (await opened)?.settle();
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}
