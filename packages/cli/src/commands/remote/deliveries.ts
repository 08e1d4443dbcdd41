/** `annex deliveries` and `annex redeliver`: what was sent to apps, what they answered, and the same once more. */
import type { Command } from "commander";
import { countUpTo } from "../../options.ts";
import { connect } from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { listed, listText, report, rowsOf, table } from "./print.ts";

type DeliveryOptions = RemoteOptions & { kind?: string; installation?: string; last: number };
type RedeliveryOptions = RemoteOptions & { times: number; parallel?: true };

export function addDeliveryCommand(program: Command): void {
  remote(program, "deliveries", "list the callbacks sent, newest first")
    .option("--kind <kind>", "install, uninstall or portal")
    .option("--installation <id>", "of one installation only")
    .option("--last <count>", "how many, at most 200", countUpTo(200), 20)
    .action(list);
  remote(
    program,
    "redeliver <delivery>",
    "send the very same body again, key included, as Cloud may at any time: after an uninstall too",
  )
    .option("--times <count>", "how often, at most 1000", countUpTo(1000), 1)
    .option("--parallel", "all at once instead of one after the other")
    .action(redeliver);
}

async function redeliver(delivery: string, options: RedeliveryOptions): Promise<void> {
  const path = `/admin/deliveries/${encodeURIComponent(delivery)}/redeliver`;
  const body = { times: options.times, parallel: options.parallel === true };
  const answer = await connect(options).call("POST", path, body);
  report(answer, options, (sent) =>
    table(
      ["ANSWER", "MS", "BODY"],
      rowsOf(sent).map((row) => [row["status"] ?? "none", row["duration_ms"], row["body"]]),
      "Nothing was sent.",
    ),
  );
}

async function list(options: DeliveryOptions): Promise<void> {
  const query = new URLSearchParams({ pageSize: String(options.last) });
  if (options.kind !== undefined) query.set("kind", options.kind);
  if (options.installation !== undefined) query.set("installed_app_id", options.installation);
  const answer = await connect(options).call("GET", `/admin/deliveries?${query}`);
  report(answer, options, (body) => {
    const rows = table(
      ["TIME", "DELIVERY", "KIND", "ANSWER", "MS", "FAULTS", "URL"],
      rowsOf(body).map((row) => [
        row["sent_at"],
        row["delivery_id"],
        row["kind"],
        row["status"] ?? row["error"] ?? "under way",
        row["duration_ms"],
        listText(row["faults"]),
        row["url"],
      ]),
      query.size > 1 ? "No delivery is like that." : "Nothing was sent yet.",
    );
    return listed(body, rows, "Others are found with --last, --kind or --installation.");
  });
}
