/** What stands in an instance's ledger, read as a member of the organization reads it. */
import { generateSync } from "otplib";
import type { RunningCloud } from "./running-cloud.ts";

type Balance = {
  balance_id: string;
  indicator?: string | null;
  ledger_id: string;
  currency: string;
  balance: number;
  meta_data: unknown;
};
type Page<Item> = { data: Item[]; total: number };

export class Books {
  readonly #cloud: RunningCloud;
  readonly #session: string;

  private constructor(cloud: RunningCloud, session: string) {
    this.#cloud = cloud;
    this.#session = session;
  }

  /** Logs in with password and second factor, as in the dashboard. */
  static async open(cloud: RunningCloud, role = "Analyst"): Promise<Books> {
    const member = cloud.member(role);
    const code = generateSync({ secret: member.totp_secret });
    const response = await fetch(`${cloud.url}/api/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Annex-Dashboard": "1" },
      body: JSON.stringify({ email: member.email, password: member.password, code }),
    });
    if (response.status !== 200)
      throw new Error(`Log-in answered ${response.status}: ${await response.text()}`);
    const { session } = (await response.json()) as { session: string };
    return new Books(cloud, session);
  }

  async balances(instance: string): Promise<Balance[]> {
    return (await this.#read<Page<Balance>>(`/api/instances/${instance}/balances?pageSize=200`)).data;
  }

  async transactionCount(instance: string): Promise<number> {
    return (await this.#read<Page<unknown>>(`/api/instances/${instance}/transactions?pageSize=1`)).total;
  }

  async #read<Body>(path: string): Promise<Body> {
    const headers = { "X-Annex-Dashboard": this.#session };
    const response = await fetch(`${this.#cloud.url}${path}`, { headers });
    if (response.status !== 200)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  }
}
