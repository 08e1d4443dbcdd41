/**
 * What works the runs. There are two engines under one behavioural suite: `embedded` over SQLite, `pg-boss` over
 * PostgreSQL. The runs themselves, their steps and what a person sees of them are the store's, the same for both; an
 * engine only says which run is worked when, and by whom.
 */
import type { Concurrency, StoredRun } from "../../stores/runs.ts";
import type { Executions } from "../execution/executions.ts";
import type { Work } from "../execution/work.ts";
import type { Workshop } from "../execution/workshop.ts";
import type { Schedule } from "../policy/ticks.ts";

export type EngineParts = {
  readonly workshop: Workshop;
  /** Names of the jobs this process can work, the framework's own among them. */
  readonly jobs: readonly string[];
  readonly workOf: (run: StoredRun) => Work;
  readonly schedules: readonly Schedule[];
  readonly concurrency: Concurrency;
  /** Runs at once in this process. */
  readonly slots: number;
};

export type Engine = {
  readonly executions: Executions;
  /** Takes over what is left from before, and begins. */
  start(): Promise<void>;
  /** A commit is being made, or was made, that makes runs due; returns at once. */
  wake(): void;
  /** The clock went on, or something that waited may go on. */
  look(): void;
  /** Takes no new work, lets running steps end, hands over what is left. */
  stop(): Promise<void>;
};

export type CreateEngine = (parts: EngineParts) => Engine;
