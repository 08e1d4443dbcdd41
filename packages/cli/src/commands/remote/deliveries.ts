/** `annex deliveries`: what was sent to apps, and what they answered. */
import type { Command } from "commander";
import { parseCount } from "../../options.ts";
import { connect } from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { report, rowsOf, table } from "./print.ts";

type DeliveryOptions = RemoteOptions & { kind?: string; installation?: string; last: number };

export function addDeliveryCommand(program: Command): void {
  remote(program, "deliveries", "list the callbacks sent, newest first")
    .option("--kind <kind>", "install, uninstall or portal")
    .option("--installation <id>", "of one installation only")
    .option("--last <count>", "how many, at most 200", parseCount, 20)
    .action(list);
}

async function list(options: DeliveryOptions): Promise<void> {
  const query = new URLSearchParams({ pageSize: String(options.last) });
  if (options.kind !== undefined) query.set("kind", options.kind);
  if (options.installation !== undefined) query.set("installed_app_id", options.installation);
  const answer = await connect(options).call("GET", `/admin/deliveries?${query}`);
  report(answer, options, (body) =>
    table(
      ["TIME", "DELIVERY", "KIND", "ANSWER", "MS", "FAULTS", "URL"],
      rowsOf(body).map((row) => [
        row["sent_at"],
        row["delivery_id"],
        row["kind"],
        row["status"] ?? row["error"] ?? "under way",
        row["duration_ms"],
        (row["faults"] as readonly string[]).join(","),
        row["url"],
      ]),
      "Nothing was sent yet.",
    ),
  );
}
