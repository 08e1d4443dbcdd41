/** What only a server does: connections that are lost in the middle, a server that crashes, stops, fills or is newer. */
import { type AddressInfo, connect, createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BadNetwork, type Fate, startBadNetwork } from "../../../../../tests/support/bad-network.ts";
import { type PostgresServer, startPostgres } from "../../../../../tests/support/postgres-server.ts";
import { install } from "../../../test/store-events.ts";
import type { Store, Unit } from "../interface.ts";
import { openConnection, Prepared, schemaOf } from "./connection.ts";
import { openPostgresStore } from "./index.ts";
import { createTransaction } from "./transaction.ts";

const noCrash = () => undefined;
let server: PostgresServer;
let url: string;
let apps = 0;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase("apps");
});
afterAll(() => server.stop());

async function opened(at = url): Promise<{ readonly store: Store; readonly app: string }> {
  apps += 1;
  const app = `app-${apps}`;
  const store = await openPostgresStore(at, app, noCrash);
  onTestFinished(() => store.close());
  return { store, app };
}

async function client(): Promise<pg.Client> {
  const connected = new pg.Client({ connectionString: url });
  // Some are there when the server crashes.
  connected.on("error", () => undefined);
  await connected.connect();
  onTestFinished(() => connected.end().catch(() => undefined));
  return connected;
}

const start: Unit = { expected: [], writes: [], runs: [{ installedAppId: "instapp_1", job: "work" }] };
const every = { job: undefined, status: undefined, limit: 100, after: undefined };

/** What a server says that welcomes a connection and is shut down in the same moment. */
const welcomeAndFarewell = Buffer.from(
  "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I" + "E\0\0\0\x1eSFATAL\0C57P01\0Mended now\0\0",
  "latin1",
);

describe("a connection that is lost", () => {
  // It ended the process: nobody listened to the connection between the pool and who had waited for it.
  test("in the moment in which it is made, is another one's turn", async () => {
    let refused = 0;
    const doorkeeper = createServer((socket) => {
      socket.on("error", () => undefined);
      if (refused === 2) {
        const onward = connect(server.port, "127.0.0.1");
        onward.on("error", () => socket.destroy());
        socket.pipe(onward).pipe(socket);
        return;
      }
      refused += 1;
      socket.once("data", () => socket.end(welcomeAndFarewell));
    });
    await new Promise<void>((resolve) => doorkeeper.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void doorkeeper.close());
    const address = new URL(url);
    address.port = String((doorkeeper.address() as AddressInfo).port);
    const connection = openConnection(address.href, "lost");
    onTestFinished(() => connection.close());
    expect((await connection.query("SELECT 7 AS seven")).rows).toEqual([{ seven: 7 }]);
    expect(refused).toBe(2);
  });

  async function behindBadNetwork(): Promise<{ readonly network: BadNetwork; readonly store: Store }> {
    const network = await startBadNetwork(server.port);
    onTestFinished(() => network.close());
    const address = new URL(url);
    address.port = String(network.port);
    return { network, store: (await opened(address.href)).store };
  }

  test.each(["lost", "answer-lost", "arrives-late"] as const)(
    "in the middle of a commit that %s: whether it happened is found out, and it happens once",
    async (fate) => {
      const { network, store } = await behindBadNetwork();
      let fates = 1;
      network.onSent((sent) => (sent.includes("COMMIT") && fates-- > 0 ? fate : "arrives") satisfies Fate);
      expect((await store.commit(start, 5)).outcome).toBe("committed");
      expect(fates).toBeLessThan(1);
      // It was there twice, where it arrived after somebody had looked whether it had.
      await network.late();
      expect(await store.runs.listAll(every)).toHaveLength(1);
    },
  );

  test("while a wrapped key is added: who added it hears that he did", async () => {
    const { network, store } = await behindBadNetwork();
    let fates = 1;
    network.onSent(
      (sent) => (sent.includes("COMMIT") && fates-- > 0 ? "answer-lost" : "arrives") satisfies Fate,
    );
    const key = { ringKeyId: "wrapped-1", wrapped: Buffer.alloc(3), keyHash: "hash", createdAt: 1 };
    expect(await store.wrappedKeys.add(key)).toBe(true);
    expect(await store.wrappedKeys.add(key)).toBe(false);
    expect(await store.wrappedKeys.list()).toHaveLength(1);
  });

  test("outside of a transaction is replaced", async () => {
    const { network, store } = await behindBadNetwork();
    await store.apply(install(1));
    let fates = 1;
    network.onSent((sent) => (sent.includes("annex_") && fates-- > 0 ? "lost" : "arrives"));
    expect(await store.installations.find("instapp_1")).toMatchObject({ status: "active" });
  });

  // A server that crashed gives the numbers of transactions that were not written down to others.
  test("with the server, which then gives the transaction's number to another: it is not taken for that one", async () => {
    const { network, store } = await behindBadNetwork();
    const other = (await opened()).store;
    const back = Promise.withResolvers<void>();
    const fates: Fate[] = ["lost"];
    network.onSent((sent) => {
      const fate = sent.includes("COMMIT") ? fates.shift() : undefined;
      if (fate !== undefined) network.cut(back.promise);
      return fate ?? "arrives";
    });
    const committed = store.commit(start, 5);
    await expect.poll(() => fates).toEqual([]);
    await server.crash();
    for (let number = 1; number <= 5; number += 1) await other.apply(install(number));
    back.resolve();
    expect((await committed).outcome).toBe("committed");
    expect(await store.runs.listAll(every)).toHaveLength(1);
  });
});

test("a statement that is not answered in time leaves nothing half done behind", async () => {
  const connection = openConnection(url, "late");
  onTestFinished(() => connection.close());
  const { run } = createTransaction(connection, noCrash);
  const holder = await client();
  await holder.query(
    "CREATE SCHEMA annex_late; CREATE TABLE annex_late.commits (place text PRIMARY KEY, mark bigint, made_at timestamptz)",
  );
  await holder.query("CREATE TABLE annex_late.marks (mark int)");
  const mark = (number: number) => `INSERT INTO annex.marks VALUES (${number})`;
  await holder.query("SELECT pg_advisory_lock(7)");
  const late = run(async (query) => {
    await query(mark(1));
    await query("SELECT pg_advisory_xact_lock(7)");
  }, performance.now() + 300);
  await expect(late).rejects.toMatchObject({ name: "StoreUnavailable", reason: "busy" });
  await holder.query("SELECT pg_advisory_unlock(7)");
  await run((query) => query(mark(2)));
  expect((await holder.query("SELECT mark FROM annex_late.marks")).rows).toEqual([{ mark: 2 }]);
});

test("a transaction that says nothing any more is ended by the server: who waits for it goes on, and it is done again", async () => {
  const { app } = await opened();
  const connection = openConnection(url, app);
  onTestFinished(() => connection.close());
  const { run } = createTransaction(connection, noCrash, 100);
  const other = await client();
  const told = `UPDATE ${schemaOf(app)}.health SET checked = checked + 1 RETURNING checked`;
  let tries = 0;
  const written = await run(async (query) => {
    tries += 1;
    const { rows } = await query("UPDATE annex.health SET checked = checked + 10 RETURNING checked");
    // The first time it hangs with the row's lock, until somebody else has got that.
    if (tries === 1) await other.query(told);
    await query("SELECT 1");
    return rows[0]?.["checked"];
  });
  expect(tries).toBe(2);
  expect(written).toBe(11);
  expect((await other.query(told)).rows).toEqual([{ checked: "12" }]);
});

test("a statement that was prepared and is not there any more is done all the same, and no other is prepared", async () => {
  const { app } = await opened();
  const connection = openConnection(url, app);
  onTestFinished(() => connection.close());
  const counted = new Prepared("counted", "UPDATE annex.health SET checked = checked + 1 RETURNING checked");
  const checked = async () => (await connection.query(counted)).rows[0]?.["checked"];
  const prepared = async () =>
    Number(
      (await connection.query("SELECT count(*)::int AS kept FROM pg_prepared_statements")).rows[0]?.["kept"],
    );
  expect([await checked(), await checked(), await prepared()]).toEqual([1, 2, 1]);
  // As a pooler does that gives out another connection and says nothing of it.
  await connection.query("DEALLOCATE ALL");
  expect([await checked(), await checked(), await prepared()]).toEqual([3, 4, 0]);
  const transaction = createTransaction(connection, noCrash);
  expect((await transaction.run((query) => query(counted))).rows).toEqual([{ checked: 5 }]);
});

test("a lease runs by the clock of the server: a replica whose own is years ahead takes nothing back", async () => {
  const { store } = await opened();
  await store.commit(start, 5);
  const held = {
    worker: "w",
    jobs: ["work"],
    limit: 1,
    now: 1000,
    leaseMilliseconds: 60_000,
    concurrency: { perInstallation: 9, perJob: new Map(), groups: new Map() },
  };
  expect(await store.runs.claim(held)).toHaveLength(1);
  const longestLease = 120_000;
  for (const now of [0, Date.now() + 10 * 365 * 24 * 3_600_000])
    expect(await store.runs.reclaim({ deadWorkers: [], now, longestLease, crashes: 9, failure: "{}" })).toBe(
      0,
    );
});

test("an event waits for a server that is restarted", async () => {
  const { store } = await opened();
  const restarted = server.restart();
  expect((await store.apply(install(1))).decision.because).toBe("installed");
  await restarted;
  expect(await store.health(5000)).toEqual({ ok: true });
});

describe("a server that takes no writes", () => {
  test("for want of rights says so, reads all the same, and goes on when it may", async () => {
    const { store, app } = await opened();
    await store.apply(install(1));
    const owner = await client();
    await owner.query("ALTER DATABASE apps SET default_transaction_read_only = on");
    await endOthers(owner);
    try {
      await expect(store.apply(install(2))).rejects.toMatchObject({
        name: "StoreUnavailable",
        reason: "read-only",
      });
      expect(await store.health(5000)).toEqual({ ok: false, reason: "read-only" });
      expect(await store.installations.find("instapp_1")).toMatchObject({ status: "active" });
    } finally {
      await owner.query(
        "SET default_transaction_read_only = off; ALTER DATABASE apps SET default_transaction_read_only = off",
      );
    }
    await endOthers(owner);
    expect((await store.apply(install(2))).decision.because).toBe("installed");
    expect(schemaOf(app)).toBe(`annex_app_${apps}`);
  });

  test("since its disk is full says so, and goes on when there is room", async () => {
    const { store, app } = await opened();
    const owner = await client();
    // What a server with a full disk raises, from inside it.
    await owner.query(`CREATE FUNCTION ${schemaOf(app)}.full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
    for (const table of ["events", "health"])
      await owner.query(`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ${schemaOf(app)}.${table}
        EXECUTE FUNCTION ${schemaOf(app)}.full()`);
    await expect(store.apply(install(1))).rejects.toMatchObject({ name: "StoreUnavailable", reason: "full" });
    expect(await store.health(5000)).toEqual({ ok: false, reason: "full" });
    for (const table of ["events", "health"])
      await owner.query(`DROP TRIGGER full_disk ON ${schemaOf(app)}.${table}`);
    expect((await store.apply(install(1))).decision.because).toBe("installed");
  });
});

/** Settings of a database hold for new connections only. */
async function endOthers(owner: pg.Client): Promise<void> {
  await owner.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'apps' AND pid <> pg_backend_pid()",
  );
}

test("tables of a newer version are refused, and left as they are", async () => {
  const { store, app } = await opened();
  const owner = await client();
  await owner.query(`UPDATE ${schemaOf(app)}.version SET version = 99`);
  await expect(openPostgresStore(url, app, noCrash)).rejects.toThrow(/newer version .* 99/);
  // Who runs already goes on: a deploy replaces one replica after the other.
  expect((await store.apply(install(1))).decision.because).toBe("installed");
});

test("replicas that start at once on an empty database make its tables once", async () => {
  const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore(url, "at-once", noCrash)));
  const results = await Promise.all(stores.map((store) => store.apply(install(1))));
  expect(results.filter(({ decision }) => decision.because === "installed")).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});

describe("a replica whose clock is behind the server's", () => {
  const minute = 60_000;
  const hour = 60 * minute;

  /** Runs that wait for an hour, each from a moment of its own. */
  async function waitingFrom(store: Store, since: readonly number[]): Promise<void> {
    await store.apply(install(1));
    const runs = since.map(() => ({ installedAppId: "instapp_1", job: "work" }));
    await store.commit({ expected: [], writes: [], runs }, 0);
    const concurrency = { perInstallation: 100, perJob: new Map(), groups: new Map() };
    const request = {
      worker: "w",
      jobs: ["work"],
      limit: 100,
      now: 0,
      leaseMilliseconds: minute,
      concurrency,
    };
    for (const [index, run] of (await store.runs.claim(request)).entries())
      await store.runs.end(run, { kind: "released", waits: hour }, undefined, since[index] ?? 0);
  }

  // It took the waits of all others for wrong, and each of them ended at once.
  test("takes no wait from the others, and is told by how much it is behind", async () => {
    const { store } = await opened();
    const now = Date.now();
    await waitingFrom(store, [now]);
    const behind = { now: now - 3 * hour, clockSkew: 10 * minute, longestWait: 24 * hour };
    const { behindBy, ...looked } = await store.runs.promote(behind);
    expect(looked).toEqual({ due: 0, misdated: 0 });
    expect(behindBy).toBeGreaterThanOrEqual(3 * hour);
    expect(await store.runs.nextDueAt()).toBe(now + hour);
  });

  test("begins anew what a clock that was ahead has written, by the server's clock and not by its own", async () => {
    const { store } = await opened();
    const now = Date.now();
    await waitingFrom(store, [now, now + 400 * 24 * hour]);
    const behind = { now: now - 3 * hour, clockSkew: 10 * minute, longestWait: 24 * hour };
    expect(await store.runs.promote(behind)).toEqual({ due: 0, misdated: 1 });
    expect(await store.runs.nextDueAt()).toBe(now + hour);
    const anHourLater = { ...behind, now: now + hour };
    expect(await store.runs.promote(anHourLater)).toEqual({ due: 1, misdated: 0 });
    expect(await store.runs.nextDueAt()).toBeGreaterThanOrEqual(now + hour);
  });
});
