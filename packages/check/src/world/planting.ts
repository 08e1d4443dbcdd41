/** Records with a mark in every text that an app could show. */
import { randomInt, randomUUID } from "node:crypto";
import { waysToWrite } from "../evidence/index.ts";

/** What stands in the local Cloud for one tenant. */
export type Backing = { readonly key: string; readonly instanceId: string; readonly installedAppId: string };

/** An element that no page has by itself: where one has it, a record's text was taken for markup. */
export const plantedElement = "x-mark";

/** Millions to the hundredth, so that no other amount is likely to be the same. */
const amounts = [100_000_001, 999_999_999] as const;

/**
 * Plants a ledger, an identity, two balances and a transaction that all carry the mark, the names with markup in them.
 *
 * @returns what else stands in these records alone, as a page may show of them: their ids, and the amount.
 */
export async function plantMarks(
  cloudUrl: string,
  backing: Backing,
  mark: string,
): Promise<readonly string[]> {
  const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${cloudUrl}/proxy${path}?instance_id=${backing.instanceId}`, {
      method: "POST",
      headers: { authorization: `Bearer ${backing.key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`Planting at ${path} answered ${JSON.stringify(answer)}`);
    return answer;
  };
  const meta_data = { note: mark };
  const ledger = await post("/ledgers", { name: `${mark} <${plantedElement}> ledger`, meta_data });
  const identity = await post("/identities", {
    identity_type: "organization",
    organization_name: `${mark} <${plantedElement}> Ltd`,
    category: "customer",
    meta_data,
  });
  const balance = {
    ledger_id: ledger["ledger_id"],
    identity_id: identity["identity_id"],
    currency: "USD",
    meta_data,
  };
  const [from, to] = [await post("/balances", balance), await post("/balances", balance)];
  const hundredths = randomInt(...amounts);
  const transaction = await post("/transactions", {
    precise_amount: hundredths,
    precision: 100,
    currency: "USD",
    source: from["balance_id"],
    destination: to["balance_id"],
    reference: `${mark}-${randomUUID()}`,
    description: `${mark} <${plantedElement}> sale`,
    allow_overdraft: true,
    skip_queue: true,
    meta_data,
  });
  const ids = [
    ledger["ledger_id"],
    identity["identity_id"],
    from["balance_id"],
    to["balance_id"],
    transaction["transaction_id"],
  ];
  return [...ids.map(String), ...waysToWrite(hundredths)];
}
