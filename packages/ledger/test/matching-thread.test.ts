/** Here and not beside the code: whoever shares modules with others gets their threads, and not those counted here. */
import { expect, it, vi } from "vitest";
import type { ExternalRow, Findings, InternalRow } from "../src/rules/reconciling.ts";
import { findOnThread } from "../src/worker/matching-thread.ts";
import type { MatchingAnswer, MatchingPlan, MatchingRequest } from "../src/worker/matching-thread-program.ts";

/** What the program takes for the way to its other end when it runs here, on no thread of its own. */
const port = vi.hoisted(() => ({
  told: [] as unknown[],
  hear: (_message: unknown): void => {},
  on(_event: string, hear: (message: unknown) => void) {
    port.hear = hear;
  },
  postMessage(message: unknown) {
    port.told.push(message);
  },
  close() {},
}));
const given = vi.hoisted(() => ({ plan: undefined as unknown, answers: 0 }));
vi.mock("node:worker_threads", async (original) => {
  const threads = await original<typeof import("node:worker_threads")>();
  class Worker extends threads.Worker {
    constructor(...started: ConstructorParameters<typeof threads.Worker>) {
      super(...started);
      this.on("message", () => given.answers++);
    }
  }
  return {
    ...threads,
    Worker,
    parentPort: port,
    get workerData() {
      return given.plan;
    },
  };
});

const common = { amount: 1, currency: "USD", reference: "", description: "", date: 0 };
const internal = (index: number): InternalRow => ({
  ...{ ...common, id: `txn_${index}`, amountText: "1", parent: "", from: "", to: "", status: "APPLIED" },
});
const external = (id: string, amount: number): ExternalRow => ({ ...common, id, amount, source: "Bank" });

const criterion = { field: "amount", operator: "equals", value: "", pattern: "", allowable_drift: 0 };
const plan: MatchingPlan = {
  rules: [{ criteria: [criterion] }],
  strategy: "one_to_many",
  groupingCriteria: "currency",
};
/** One row that stands for four thousand, and one that stands for none. */
const externals = [external("all", 4_000), external("none", 7)];
const internals = Array.from({ length: 4_000 }, (_, index) => internal(index));

function findings(signal: AbortSignal): AsyncGenerator<Findings> {
  async function* once<Row>(rows: readonly Row[]) {
    yield rows;
  }
  return findOnThread(plan, { externals: once(externals), internals: once(internals) }, signal);
}

it("tells what one row matches in parts, each counted once", async () => {
  const parts: Findings[] = [];
  for await (const part of findings(new AbortController().signal)) parts.push(part);
  expect(parts.map(({ matches }) => matches.length)).toEqual([1_000, 1_000, 1_000, 1_000, 0]);
  expect(parts.map(({ matched }) => matched)).toEqual([4_000, 0, 0, 0, 0]);
  expect(parts.flatMap(({ unmatched }) => unmatched)).toEqual(["none"]);
  expect(new Set(parts.flatMap(({ matches }) => matches.map(({ internalId }) => internalId))).size).toBe(
    4_000,
  );
});

it("ends at once, whatever it has found by then", async () => {
  const ending = new AbortController();
  const found = findings(ending.signal);
  const before = given.answers;
  expect((await found.next()).value?.matches).toHaveLength(1_000);
  await expect.poll(() => given.answers, { timeout: 20_000 }).toBeGreaterThan(before + 1);
  ending.abort();
  await expect(found.next()).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});

it("finds no more than two parts ahead of who keeps them", async () => {
  given.plan = plan;
  await import("../src/worker/matching-thread-program.ts");
  const tell = async (request: MatchingRequest) => {
    port.hear(request);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await tell({ kind: "external", rows: externals });
  await tell({ kind: "internal", rows: internals });
  await tell({ kind: "find" });
  for (const told of [2, 3, 4]) {
    expect(port.told).toHaveLength(told);
    await tell({ kind: "next" });
  }
  expect(port.told).toHaveLength(6);
  expect(port.told.at(-1)).toBe("all" satisfies MatchingAnswer);
});
