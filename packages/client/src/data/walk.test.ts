/**
 * Walks against a small model of a server that really keeps records, clamps pages, and changes between two requests:
 * rows leave the filter, rows arrive, some with a time in the past, as queued work does.
 */
import { Secret } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClient } from "../index.ts";

type Row = { readonly transaction_id: string; readonly created_at: string; readonly status: string };
type Model = {
  readonly rows: Map<string, Row>;
  requests: number;
  readonly fetch: typeof fetch;
};

const start = Date.parse("2026-11-26T12:00:00Z");

/** A server of the Data and Filters APIs over rows that a test may change at any time. */
function serve(
  rows: readonly Row[],
  clamp: number,
  beforeAnswer: (model: Model, isTop: boolean) => void = () => {},
  counted: (matching: number) => number = (matching) => matching,
  given: (matching: readonly Row[]) => readonly Row[] = (matching) => matching,
): Model {
  const model: Model = {
    rows: new Map(rows.map((row) => [row.transaction_id, row])),
    requests: 0,
    fetch: async (input, init) => {
      model.requests += 1;
      const { searchParams: query } = new URL(String(input));
      const filters = init?.body === undefined ? [] : JSON.parse(String(init.body)).filters;
      const bound = filters.find(({ field }: { field: string }) => field === "created_at")?.value;
      const asked: string | undefined = query.get("created_at_lte") ?? bound;
      beforeAnswer(model, asked === undefined && query.get("page") === "1");
      const until = Date.parse(asked ?? "9999-01-01T00:00:00Z");
      const matching = [...model.rows.values()]
        .filter((row) => row.status === "OPEN" && Date.parse(row.created_at) <= until)
        .sort((one, other) => (orderOf(one) < orderOf(other) ? 1 : -1));
      const size = Math.min(clamp, Number(query.get("pageSize")));
      const first = (Number(query.get("page")) - 1) * size;
      const data = given(matching)
        .slice(first, first + size)
        .map((row) => ({
          precise_amount: 1,
          amount: 1,
          precision: 1,
          ...row,
        }));
      return Response.json({ data, total: counted(matching.length) });
    },
  };
  return model;
}

const orderOf = (row: Row) => `${row.created_at} ${row.transaction_id}`;
const row = (number: number, time: number): Row => ({
  transaction_id: `txn_${number}`,
  created_at: new Date(start + time).toISOString().replace("Z", "123Z"),
  status: "OPEN",
});
const clientOf = (model: Model) =>
  createClient({ apiKey: new Secret("blnk_key"), instanceId: "inst_1", fetch: model.fetch });
const walks = {
  "the Data API": (model: Model) =>
    clientOf(model).data.transactions.iterate({ filters: { status_eq: "OPEN" } }),
  "the Filters API": (model: Model) => clientOf(model).filters.transactions.iterate(),
} as const;

/** The same numbers from 0 to below 1 in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

async function idsOf(walk: AsyncIterable<{ readonly transaction_id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { transaction_id: id } of walk) ids.push(id);
  return ids;
}

describe.each(Object.entries(walks))("a walk through %s", (_name, walk) => {
  // A server that gives 100 at a time gave 100 of 450.
  test("sees every row of a server that gives fewer than it is asked for, at no further cost", async () => {
    const rows = Array.from({ length: 450 }, (_none, number) => row(number, number * 60_000));
    const model = serve(rows, 100);
    expect(new Set(await idsOf(walk(model))).size).toBe(450);
    // Five pages, and one look from the top at what is young enough to have arrived meanwhile.
    expect(model.requests).toBe(6);
  });

  // Rows that were worked off during the loop left 200 of 450 untouched.
  test("sees every row though each leaves the filter when it is seen", async () => {
    const rows = Array.from({ length: 450 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 100);
    const seen: string[] = [];
    for await (const { transaction_id: id } of walk(model)) {
      seen.push(id);
      model.rows.delete(id);
    }
    expect([seen.length, model.rows.size]).toEqual([450, 0]);
  });

  test("costs one request where one page holds everything, and ends where there is nothing", async () => {
    const model = serve([row(1, 0), row(2, 0)], 200);
    expect(await idsOf(walk(model))).toHaveLength(2);
    expect(model.requests).toBe(1);
    expect(await idsOf(walk(serve([], 200)))).toEqual([]);
  });

  // The longest list that an app had was doubted for ever, however often the server had counted more than a page.
  test("is not doubted, however long its page, by a server that has counted more than one", async () => {
    const rows = Array.from({ length: 150 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 150);
    const cost = async () => {
      const before = model.requests;
      expect(await idsOf(walk(model))).toHaveLength(model.rows.size);
      return model.requests - before;
    };
    expect([await cost(), await cost()]).toEqual([2, 2]);
    for (let number = 150; number < 250; number += 1)
      model.rows.set(`txn_${number}`, row(number, number * 1000));
    await cost();
    for (let gone = 150; gone < 250; gone += 1) model.rows.delete(`txn_${gone}`);
    expect([await cost(), await cost()]).toEqual([1, 1]);
  });

  // As many as a page may be limited to are asked for once more, until the server has given a longer one.
  test("costs one request more where the page may be as long as the server's get, and not twice", async () => {
    const rows = Array.from({ length: 20 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 200);
    expect(await idsOf(walk(model))).toHaveLength(20);
    expect(model.requests).toBe(2);
    for (let gone = 10; gone < 20; gone += 1) model.rows.delete(`txn_${gone}`);
    expect(await idsOf(walk(model))).toHaveLength(10);
    expect(model.requests).toBe(3);
  });

  // A count below what was given already ended the walk.
  test.each([-1, 0, 30, 150])("sees every row of a server that counts no more than %i", async (most) => {
    const rows = Array.from({ length: 250 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 100, undefined, (matching) => Math.min(matching, most));
    const ids = await idsOf(walk(model));
    expect([ids.length, new Set(ids).size]).toEqual([250, 250]);
    // The last page is a short one: taken for all that the server gives, it made each row a request of its own.
    expect(model.requests).toBeLessThan(30);
  });

  // One that gives fewer than it is asked for besides was believed by its first page.
  test.each([10, 20, 64, 100, 199, 200])(
    "sees every row of a server that gives %i at a time and counts those alone",
    async (clamp) => {
      for (const step of [1000, 0]) {
        const rows = Array.from({ length: 450 }, (_none, number) => row(number, number * step));
        const model = serve(rows, clamp, undefined, (matching) => Math.min(matching, clamp));
        // Nor does it pass for one that counts them all when it is walked again.
        for (const ids of [await idsOf(walk(model)), await idsOf(walk(model))])
          expect([ids.length, new Set(ids).size]).toEqual([450, 450]);
      }
    },
  );

  // From page to page up to where it had been, for each page: the square of what it takes.
  test("goes by page where a server takes no notice of the time that is asked up to", async () => {
    const rows = Array.from({ length: 450 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 7);
    const deaf: Model["fetch"] = (input, init) => {
      const url = new URL(String(input));
      url.searchParams.delete("created_at_lte");
      const filters = init?.body === undefined ? {} : { body: JSON.stringify({ filters: [] }) };
      return model.fetch(url, { ...init, ...filters });
    };
    const ids = await idsOf(walk({ ...model, fetch: deaf }));
    expect([ids.length, new Set(ids).size]).toEqual([450, 450]);
    expect(model.requests).toBeLessThan(200);
  });

  test("sees every row of a batch that was made in one instant and is larger than a page", async () => {
    const rows = Array.from({ length: 250 }, (_none, number) => row(number, 0));
    const ids = await idsOf(walk(serve([...rows, row(999, -5000)], 40)));
    expect([ids.length, new Set(ids).size]).toEqual([251, 251]);
  });

  // Nothing says in which order the records of one moment come, and a database may change its mind between two pages.
  test.each([40, 100, 200])("sees every row of one moment in any order, %i at a time", async (clamp) => {
    const rows = Array.from({ length: 450 }, (_none, number) => row(number, 0));
    const random = randomNumbers(clamp);
    const orders = {
      any: (matching: readonly Row[]) =>
        matching.map((each) => ({ each, place: random() })).sort((one, other) => one.place - other.place),
      // Two servers behind one address.
      turned: (matching: readonly Row[]) =>
        (random() < 0.5 ? matching : [...matching].reverse()).map((each) => ({ each })),
    };
    for (const order of Object.values(orders)) {
      const given = (matching: readonly Row[]) => order(matching).map(({ each }) => each);
      for (let round = 0; round < 8; round += 1) {
        const ids = await idsOf(walk(serve(rows, clamp, undefined, undefined, given)));
        expect([ids.length, new Set(ids).size]).toEqual([450, 450]);
      }
    }
  });

  // A join gave a row for each of its sides and counted it once; as many rows as came twice were never reached.
  test.each([1, 2, 39, 40, 41, 200])(
    "sees every row, once, of a server that gives %i of them twice",
    async (doubled) => {
      for (const timeOf of [() => 0, (number: number) => number * 60_000]) {
        const rows = Array.from({ length: 200 }, (_none, number) => row(number, timeOf(number)));
        const twice = (matching: readonly Row[]) =>
          matching.flatMap((each, index) => (index < doubled ? [each, each] : [each]));
        // Counted once, or as often as they come.
        for (const counted of [(many: number) => many, (many: number) => many + Math.min(many, doubled)]) {
          const ids = await idsOf(walk(serve(rows, 40, undefined, counted, twice)));
          expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
        }
      }
    },
  );

  // Counted twice as well, it was one too many for ever, and the walk failed with every record given.
  test("sees every row, once, of a server that gives and counts one twice, wherever it stands", async () => {
    for (let doubled = 0; doubled < 100; doubled += 1) {
      const rows = Array.from({ length: 100 }, (_none, number) => row(number, 0));
      const twice = (matching: readonly Row[]) =>
        matching.flatMap((each, index) => (index === doubled ? [each, each] : [each]));
      const ids = await idsOf(walk(serve(rows, 40, undefined, (many) => many + 1, twice)));
      expect([doubled, ids.length, new Set(ids).size]).toEqual([doubled, 100, 100]);
    }
  });

  test("sees every row, once, of a server that gives and counts one twice, never on one page", async () => {
    const rows = Array.from({ length: 100 }, (_none, number) => row(number, 0));
    const twice = (matching: readonly Row[]) => [...matching, ...matching.slice(0, 1)];
    const ids = await idsOf(walk(serve(rows, 40, undefined, (many) => many + 1, twice)));
    expect([ids.length, new Set(ids).size]).toEqual([100, 100]);
  });

  // One row in the place of another at the end of a page, always the same: as many as are counted, and one is missing.
  test("sees what lies hidden between two pages of an order that each page has for itself", async () => {
    const rows = Array.from({ length: 100 }, (_none, number) => row(number, 0));
    const model = serve(rows, 40);
    const hiding: typeof fetch = async (input, init) => {
      const answer = await model.fetch(input, init);
      const { searchParams: query } = new URL(String(input));
      const body = (await answer.json()) as { data: Row[] };
      const [first, page] = [body.data[0], query.get("page")];
      if (page === "2" && first?.transaction_id === "txn_62")
        body.data[0] = { ...first, transaction_id: "txn_63" };
      return Response.json(body);
    };
    const ids = await idsOf(walk({ ...model, fetch: hiding }));
    expect(ids).toHaveLength(100);
  });

  test("sees what arrives while it walks, also with a time in the past", async () => {
    const rows = Array.from({ length: 30 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 10, ({ requests, rows: present }) => {
      if (requests === 3)
        for (const late of [row(100, 31_000), row(101, 25_500)]) present.set(late.transaction_id, late);
    });
    const ids = await idsOf(walk(model));
    expect(ids).toHaveLength(32);
    expect(ids).toEqual(expect.arrayContaining(["txn_100", "txn_101"]));
  });

  test("holds under any clamp, any departures and any arrivals", async () => {
    const change = fc.record({
      leaves: fc.array(fc.nat(200), { maxLength: 8 }),
      arrives: fc.array(fc.nat(60_000), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { maxLength: 120 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(change, { maxLength: 12 }),
        async (times, clamp, changes) => {
          const rows = times.map((time, number) => row(number, time * 700));
          const gone = new Set<string>();
          let arrived = 1000;
          let atLastLook: readonly string[] = [];
          const model = serve(rows, clamp, ({ requests, rows: present }, isTop) => {
            const { leaves, arrives } = changes[requests - 2] ?? { leaves: [], arrives: [] };
            for (const number of leaves) if (present.delete(`txn_${number}`)) gone.add(`txn_${number}`);
            for (const time of arrives) {
              arrived += 1;
              present.set(`txn_${arrived}`, row(arrived, time));
            }
            if (isTop) atLastLook = [...present.keys()];
          });
          const ids = await idsOf(walk(model));
          expect(new Set(ids).size).toBe(ids.length);
          const stayed = rows.filter(({ transaction_id: id }) => !gone.has(id));
          expect(ids).toEqual(expect.arrayContaining(stayed.map(({ transaction_id: id }) => id)));
          // What was there at the last look from the top is there too, also where as many have left as arrived.
          expect(ids).toEqual(expect.arrayContaining(atLastLook.filter((id) => model.rows.has(id))));
        },
      ),
      { numRuns: 150 },
    );
  });

  // The count was as before, so the newest row was never seen.
  test("sees what arrives while as many leave", async () => {
    const rows = Array.from({ length: 30 }, (_none, number) => row(number, number * 1000));
    const model = serve(rows, 10, ({ requests, rows: present }) => {
      if (requests !== 3) return;
      present.delete("txn_29");
      present.set("txn_100", row(100, 31_000));
    });
    expect(await idsOf(walk(model))).toContain("txn_100");
  });
});

// Each ended the walk without a word, with what was not given lost.
describe.each(Object.entries(walks))("a server that contradicts itself, through %s", (_name, walk) => {
  const rows = (many: number, step: number) =>
    Array.from({ length: many }, (_none, number) => row(number, number * step));

  test("by empty pages where its count says that there is more: the walk fails, and says so", async () => {
    const given = (matching: readonly Row[]) => matching.slice(0, 60);
    const walked = idsOf(walk(serve(rows(90, 0), 20, undefined, undefined, given)));
    await expect(walked).rejects.toThrow(/90 records match, and gave 60 of them/);
    const none = idsOf(walk(serve(rows(5, 1000), 20, undefined, undefined, () => [])));
    await expect(none).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  test.each([0, 1000])(
    "by a record that it counts and never gives: the walk fails, and says so",
    async (step) => {
      const given = (matching: readonly Row[]) => matching.filter(({ transaction_id: id }) => id !== "txn_7");
      const walked = idsOf(walk(serve(rows(50, step), 20, undefined, undefined, given)));
      await expect(walked).rejects.toThrow(/50 records match, and gave 49 of them/);
    },
  );

  // It ended after a hundred passes as if that were all.
  test("by a count that is ever more than it shows, one record more each time: the walk fails, and says so", async () => {
    let shown = 200;
    const more = (matching: readonly Row[]) => matching.slice(0, shown);
    const next = () => Math.ceil(shown / 40) * 40;
    const model = serve(rows(400, 0), 40, (_model, isTop) => (shown += isTop ? 1 : 0), next, more);
    await expect(idsOf(walk(model))).rejects.toThrow(/320 records match, and gave 300 of them/);
  });

  test("for a moment, with a count of before some left: the walk goes on", async () => {
    const model = serve(rows(50, 0), 20, undefined, (matching) => (model.requests === 2 ? 20 : matching));
    expect(await idsOf(walk(model))).toHaveLength(50);
    let isAway = false;
    const away = serve(rows(50, 0), 20, undefined, undefined, (matching) => {
      isAway = !isAway;
      return isAway ? matching : [];
    });
    expect(await idsOf(walk(away))).toHaveLength(50);
  });

  test("by the first page whatever page is asked for", async () => {
    const first = (step: number, many = 50) => {
      const model = serve(rows(many, step), 20);
      const fetchFirst: typeof fetch = (input, init) => {
        const address = new URL(String(input));
        address.searchParams.set("page", "1");
        return model.fetch(address, init);
      };
      return { ...model, fetch: fetchFirst };
    };
    // By key no page but the first is asked for.
    expect(await idsOf(walk(first(1000)))).toHaveLength(50);
    await expect(idsOf(walk(first(0)))).rejects.toThrow(/50 records match, and gave 20 of them/);
  });

  test("by another order for each page", async () => {
    let turn = 0;
    const shuffled = (matching: readonly Row[]) => {
      turn += 1;
      return turn % 2 === 0 ? [...matching].reverse() : matching;
    };
    const ids = await idsOf(walk(serve(rows(90, 1000), 20, undefined, undefined, shuffled)));
    expect([ids.length, new Set(ids).size]).toEqual([90, 90]);
  });
});

test("a walk through records without a key sees them all, however its pages shift", async () => {
  const rules = Array.from({ length: 45 }, (_none, number) => `rule_${number}`);
  const fetchRules: typeof fetch = async (input) => {
    const { searchParams: query } = new URL(String(input));
    const size = Math.min(10, Number(query.get("pageSize")));
    const first = (Number(query.get("page")) - 1) * size;
    const data = rules.slice(first, first + size).map((id) => ({ rule_id: id, name: "r", criteria: [] }));
    return Response.json({ data, total: rules.length });
  };
  const cloud = createClient({ apiKey: new Secret("blnk_key"), instanceId: "inst_1", fetch: fetchRules });
  const seen: string[] = [];
  for await (const { rule_id: id } of cloud.data.matchingRules.iterate()) {
    seen.push(id);
    rules.splice(rules.indexOf(id), 1);
  }
  expect([seen.length, new Set(seen).size, rules.length]).toEqual([45, 45, 0]);
});
