/** The faults that are on: set, counted as they strike, over after their time or their number of times. */
import { stringifyExactJson } from "@annex/protocol";
import { Refusal } from "../errors.ts";
import type { StateDatabase } from "../store/index.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import { type Day, type DeliveryStrike, type GatewayStrike, strikeDelivery, strikeGateway } from "./day.ts";
import type { Delay } from "./delay.ts";
import {
  concerns,
  concernsOrganization,
  type Entry,
  type FaultView,
  isOn,
  type StruckSubject,
  toEntry,
  viewOf,
} from "./entry.ts";
import type { FaultMoment, StruckKind } from "./fault.ts";
import { readFaultRequest } from "./request.ts";
import { checkScope } from "./scope.ts";

export type Faults = {
  /**
   * Sets a fault.
   *
   * @param organizationId the organization it is limited to; absent: that of whom it is for, else all there are.
   * @throws Refusal 422 `invalid_request` naming the field.
   */
  set(input: Readonly<Record<string, unknown>>, organizationId?: string): Promise<FaultView>;
  /** Those that are on, and those that are over but not cleared; newest first. */
  list(organizationId?: string): readonly FaultView[];
  /** Ends one fault, or all; what waits on it goes on at once. @throws Refusal 404 `not_found`. */
  clear(faultId?: string, organizationId?: string): Promise<number>;
  /** What happens to a delivery. Counts as struck. */
  delivery(about: StruckSubject, kind: StruckKind): DeliveryStrike;
  /**
   * What happens to a call of an installation, or nothing. Counts as struck.
   *
   * @param reachesInstance whether the Cloud lets it through to the instance.
   */
  gateway(about: StruckSubject, reachesInstance: boolean): GatewayStrike | undefined;
  /** A wait that a fault asked for before a restart; over at once where the fault was ended since. */
  delay(faultId: string, milliseconds: number): Delay;
  /** Whether an instance is away for whoever does not come through an app. Does not count. */
  instanceAway(about: StruckSubject): boolean;
  /** The fault that refuses this member's launch, or nothing. @param counts whether it counts as struck. */
  launchDenied(about: StruckSubject, userId: string, counts: boolean): string | undefined;
  /** Whether a log-in that began then is ended. Counts as struck. */
  sessionEnded(organizationId: string, startedAt: string): boolean;
  /** Resolves when every strike so far is stored. */
  settled(): Promise<void>;
};

/** The faults of one local Cloud; what was on before a restart is on after it. */
export async function openFaults(
  database: StateDatabase,
  tools: Pick<Surroundings, "clock" | "random" | "log">,
): Promise<Faults> {
  const rows = await database.selectFrom("faults").selectAll().orderBy("sequence").execute();
  let entries: readonly Entry[] = rows.flatMap(toEntry);
  let storing: Promise<unknown> = Promise.resolve();

  const stands = (entry: Entry) => isOn(entry, tools.clock());
  const day = (): Day => ({ entries, isOn: stands, moment, strike });

  /** In memory at once, so that two calls at the same instant cannot both be the last time. */
  function strike(entry: Entry): void {
    entry.struck += 1;
    const { struck } = entry;
    storing = storing
      .then(() =>
        database.updateTable("faults").set({ struck }).where("fault_id", "=", entry.row.fault_id).execute(),
      )
      .catch((error: unknown) => tools.log.warn({ err: error }, "a strike could not be stored"));
  }

  function moment(entry: Entry): FaultMoment {
    const [high = 0, low = 0] = tools.random(2);
    entry.seen += 1;
    return { seen: entry.seen - 1, chance: (high * 256 + low) / 65_536 };
  }

  async function set(input: Readonly<Record<string, unknown>>, organizationId?: string): Promise<FaultView> {
    const request = readFaultRequest(input);
    const whose = await checkScope(database, request, organizationId);
    const now = tools.clock();
    const row = {
      fault_id: newIdentifier("flt", tools.random),
      fault: request.fault.name,
      organization_id: whose ?? null,
      app_id: request.appId ?? null,
      instance_id: request.instanceId ?? null,
      installed_app_id: request.installedAppId ?? null,
      fault_values: stringifyExactJson(request.values),
      times: request.times ?? null,
      struck: 0,
      set_at: now.toISOString(),
      ends_at: endOf(now, request.forSeconds),
    };
    const { sequence } = await database
      .insertInto("faults")
      .values(row)
      .returning("sequence")
      .executeTakeFirstOrThrow();
    const entry = {
      row: { ...row, sequence },
      fault: request.fault,
      values: request.values,
      ending: new AbortController(),
      struck: 0,
      seen: 0,
    };
    entries = [...entries, entry];
    return viewOf(entry, true);
  }

  async function clear(faultId?: string, organizationId?: string): Promise<number> {
    const meant = entries.filter(
      ({ row }) =>
        row.fault_id === (faultId ?? row.fault_id) &&
        (organizationId === undefined || concernsOrganization({ row }, organizationId)),
    );
    if (faultId !== undefined && meant.length === 0)
      throw new Refusal(404, "not_found", "There is no such fault.");
    const ids = meant.map(({ row }) => row.fault_id);
    await database.deleteFrom("faults").where("fault_id", "in", ids).execute();
    entries = entries.filter((entry) => !meant.includes(entry));
    for (const { ending } of meant) ending.abort();
    return meant.length;
  }

  return {
    set,
    clear,
    delivery: (about, kind) => strikeDelivery(day(), about, kind),
    gateway: (about, reachesInstance) =>
      entries.length === 0 ? undefined : strikeGateway(day(), about, reachesInstance),
    delay: (faultId, milliseconds) => {
      const entry = entries.find(({ row }) => row.fault_id === faultId);
      return { faultId, milliseconds, ended: entry?.ending.signal ?? AbortSignal.abort() };
    },
    list: (organizationId) =>
      entries
        .filter((entry) => organizationId === undefined || concernsOrganization(entry, organizationId))
        .toReversed()
        .map((entry) => viewOf(entry, stands(entry))),
    instanceAway: (about) =>
      entries.some((entry) => entry.fault.strikes === "instance" && concerns(entry, about) && stands(entry)),
    launchDenied: (about, userId, counts) => {
      const found = entries.find(
        (entry) =>
          entry.fault.strikes === "launch" &&
          concerns(entry, about) &&
          stands(entry) &&
          entry.fault.concerns(entry.values, userId),
      );
      if (found !== undefined && counts) strike(found);
      return found?.fault.name;
    },
    sessionEnded: (organizationId, startedAt) => {
      const found = entries.find(
        (entry) =>
          entry.fault.strikes === "session" &&
          concerns(entry, { organizationId }) &&
          stands(entry) &&
          startedAt <= entry.row.set_at,
      );
      if (found !== undefined) strike(found);
      return found !== undefined;
    },
    settled: async () => {
      await storing;
    },
  };
}

function endOf(now: Date, seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(now.getTime() + seconds * 1000).toISOString();
}
