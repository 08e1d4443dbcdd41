/** What the day is like for one delivery or one call: the effects of all faults that concern it, added up. */

import type { Delay } from "./delay.ts";
import { concerns, type Entry, type StruckSubject } from "./entry.ts";
import type { DeliveryEffect, FaultMoment, GatewayEffect, StruckKind } from "./fault.ts";

/** What the day does to one call of the Cloud API, and the names of the faults that do it. */
export type GatewayStrike = {
  /** One after the other. */
  readonly delays: readonly Delay[];
  readonly decisive: Exclude<GatewayEffect, { readonly kind: "late" }> | undefined;
  readonly instanceAway: boolean;
  readonly names: readonly string[];
};

/** What the day does to one delivery. */
export type DeliveryStrike = { readonly effect: DayEffect; readonly names: readonly string[] };

/** The effects of all faults on one delivery; what waits does so until its fault is ended. */
export type DayEffect = Omit<DeliveryEffect, "lateMilliseconds" | "heldBack"> & {
  /** It reaches the app after these, one after the other. */
  readonly delays: readonly Delay[];
  readonly heldBack?: "until-uninstalled" | Delay;
};

/** An ordinary day. */
export const straight: DayEffect = { delays: [] };

/** The faults that are on, and what it means that one of them strikes. */
export type Day = {
  readonly entries: readonly Entry[];
  isOn(entry: Entry): boolean;
  /** Counts the moment, struck or not. */
  moment(entry: Entry): FaultMoment;
  strike(entry: Entry): void;
};

const nothing: DeliveryStrike = { effect: straight, names: [] };

/** What happens to a delivery of a kind. */
export function strikeDelivery(day: Day, about: StruckSubject, kind: StruckKind): DeliveryStrike {
  return day.entries.reduce<DeliveryStrike>((sofar, entry) => {
    const { fault } = entry;
    if (fault.strikes !== "delivery" || fault.kinds?.includes(kind) === false) return sofar;
    if (!concerns(entry, about) || !day.isOn(entry)) return sofar;
    day.strike(entry);
    const effect = together(sofar.effect, waiting(fault.effect(entry.values, day.moment(entry)), entry));
    return { effect, names: [...sofar.names, fault.name] };
  }, nothing);
}

/** A fault's effect, its waits bound to the fault. */
function waiting({ lateMilliseconds, heldBack, ...effect }: DeliveryEffect, entry: Entry): DayEffect {
  const bound = (milliseconds: number): Delay => delayOf(entry, milliseconds);
  return {
    ...effect,
    delays: lateMilliseconds === undefined ? [] : [bound(lateMilliseconds)],
    ...(heldBack === undefined
      ? {}
      : { heldBack: heldBack === "until-uninstalled" ? heldBack : bound(heldBack.milliseconds) }),
  };
}

function delayOf({ row, ending }: Entry, milliseconds: number): Delay {
  return { faultId: row.fault_id, milliseconds, ended: ending.signal };
}

/** Two effects on one delivery: they add up. */
function together(one: DayEffect, other: DayEffect): DayEffect {
  const first = one.changeBody;
  const second = other.changeBody;
  return {
    ...one,
    ...other,
    ...heldTogether(one, other),
    copiesAfter: (one.copiesAfter ?? 0) + (other.copiesAfter ?? 0),
    copiesAtOnce: (one.copiesAtOnce ?? 0) + (other.copiesAtOnce ?? 0),
    ...(first === undefined || second === undefined
      ? {}
      : { changeBody: (body: string) => second(first(body)) }),
  };
}

/** What is held back twice is so for both times, and after the uninstall where one of them wants that. */
function heldTogether(one: DayEffect, other: DayEffect): Pick<DayEffect, "heldBack" | "delays"> {
  const delays = [...one.delays, ...other.delays];
  const held = [one.heldBack, other.heldBack].filter((back) => back !== undefined);
  const waits = held.filter((back) => back !== "until-uninstalled");
  if (waits.length < held.length) return { heldBack: "until-uninstalled", delays: [...waits, ...delays] };
  const [first, ...further] = waits;
  return { delays: [...further, ...delays], ...(first === undefined ? {} : { heldBack: first }) };
}

/**
 * What happens to a call; the first fault that decides it ends the search.
 *
 * @param reachesInstance whether the call gets as far as the instance: that it is away is known there only.
 */
export function strikeGateway(
  day: Day,
  about: StruckSubject,
  reachesInstance: boolean,
): GatewayStrike | undefined {
  const delays: Delay[] = [];
  const names: string[] = [];
  for (const entry of day.entries) {
    if (entry.fault.strikes === "instance" && !reachesInstance) continue;
    const effect = gatewayEffect(day, entry, about);
    if (effect === undefined) continue;
    day.strike(entry);
    names.push(entry.fault.name);
    if (effect === "away") return { delays, decisive: undefined, instanceAway: true, names };
    if (effect.kind !== "late") return { delays, decisive: effect, instanceAway: false, names };
    delays.push(delayOf(entry, effect.milliseconds));
  }
  if (names.length === 0) return undefined;
  return { delays, decisive: undefined, instanceAway: false, names };
}

function gatewayEffect(day: Day, entry: Entry, about: StruckSubject): GatewayEffect | "away" | undefined {
  const { fault } = entry;
  if (fault.strikes !== "gateway" && fault.strikes !== "instance") return undefined;
  if (!concerns(entry, about) || !day.isOn(entry)) return undefined;
  return fault.strikes === "gateway" ? fault.effect(entry.values, day.moment(entry)) : "away";
}
