/** A long audit log: the pages and counts of every filter, over the borders of the stretches that it is searched in. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAuditDatabase } from "../store/index.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";
import { listAudit } from "./list.ts";

const rows = 120_000;
const oneIn = 11_000;
let cloud: TestCloud;

beforeAll(async () => {
  const before = await startTestCloud(withoutLedger);
  await before.close();
  fill(join(before.directory, "audit-log.db"), before.organizationId);
  cloud = await startTestCloud(withoutLedger, before.directory);
}, 60_000);
afterAll(() => cloud.remove());

/** A row a second; one in so many is by another app, with another method, refused. */
function fill(file: string, organizationId: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    delete from audit;
    with recursive numbers (i) as (select 0 union all select i + 1 from numbers where i < ${rows - 1})
    insert into audit (time, category, organization_id, installed_app_id, app_id, method, path, status, duration_ms, request_id)
    select strftime('%Y-%m-%dT%H:%M:%fZ', 1793491200 + i, 'unixepoch'), 'Ledgers', '${organizationId}', 'instapp_1',
      iif(i % ${oneIn} = 0, 'app_rare', 'app_1'), iif(i % ${oneIn} = 0, 'PUT', 'GET'), '/data/ledgers',
      iif(i % ${oneIn} = 0, 409, 200), 1.0, 'req_' || i from numbers`);
  database.close();
}

type Page = { readonly data: { readonly request_id: string }[]; readonly total: number };

const list = async (query: string): Promise<{ ids: readonly number[]; total: number }> => {
  const { data, total } = (await cloud.admin("GET", `/admin/audit?${query}`)).body as unknown as Page;
  return { ids: data.map(({ request_id: id }) => Number(id.slice("req_".length))), total };
};
/** The rare rows, newest first. */
const rare = Array.from({ length: Math.ceil(rows / oneIn) }, (_, place) => place * oneIn).toReversed();

test.each(["actor=app_rare", "app_id=app_rare", "method=PUT", "status=409", "method=PUT&category=Ledgers"])(
  "few among many by %s are all found, page by page",
  async (filter) => {
    expect(await list(`${filter}&pageSize=200`)).toEqual({ ids: rare, total: rare.length });
    expect(await list(`${filter}&pageSize=4`)).toEqual({ ids: rare.slice(0, 4), total: rare.length });
    expect(await list(`${filter}&pageSize=4&page=2`)).toEqual({ ids: rare.slice(4, 8), total: rare.length });
    expect(await list(`${filter}&pageSize=4&page=3`)).toEqual({ ids: rare.slice(8), total: rare.length });
    expect(await list(`${filter}&pageSize=4&page=4`)).toEqual({ ids: [], total: rare.length });
  },
);

test("of many the first page is the newest, a late one lies beyond a border, and counting ends", async () => {
  const first = await list("actor=app_1&pageSize=3");
  expect(first).toEqual({ ids: [rows - 1, rows - 2, rows - 3], total: 10_000 });
  const late = await list("method=GET&pageSize=200&page=350");
  expect(late.ids).toHaveLength(200);
  const newer = rare.filter((id) => id > (late.ids[0] ?? 0)).length;
  expect(late.ids[0]).toBe(rows - 1 - 349 * 200 - newer);
});

test("a span of time is a span of rows, whatever else is asked for", async () => {
  const from = new Date(1_793_491_200_000 + 50_000_000).toISOString();
  const to = new Date(1_793_491_200_000 + 70_000_000).toISOString();
  expect(await list(`method=PUT&from=${from}&to=${to}`)).toEqual({ ids: [66_000, 55_000], total: 2 });
  expect(await list("method=DELETE")).toEqual({ ids: [], total: 0 });
});

test("refused calls are looked for in stretches as well, and others are served in between", async () => {
  // Its files are its own while it runs.
  await cloud.close();
  const { queries, close } = openAuditDatabase(join(cloud.directory, "audit-log.db"));
  let turns = 0;
  let looking = true;
  const turn = () => {
    turns += 1;
    if (looking) setImmediate(turn);
  };
  setImmediate(turn);
  const status = { from: 409, to: 409 };
  const { organizationId } = cloud;
  const found = await listAudit(queries, { organizationId, status, page: 1, pageSize: 200 });
  looking = false;
  await close();
  expect(found.total).toBe(rare.length);
  expect(turns).toBeGreaterThanOrEqual(Math.ceil(rows / 50_000));
});
