/** What the day is like for one delivery or one call: the effects of all faults that concern it, added up. */

import { concerns, type Entry, type StruckSubject } from "./entry.ts";
import type { DeliveryEffect, FaultMoment, GatewayEffect, StruckKind } from "./fault.ts";

/** What the day does to one call of the Cloud API, and the names of the faults that do it. */
export type GatewayStrike = {
  readonly lateMilliseconds: number;
  readonly decisive: Exclude<GatewayEffect, { readonly kind: "late" }> | undefined;
  readonly instanceAway: boolean;
  readonly names: readonly string[];
};

/** What the day does to one delivery. */
export type DeliveryStrike = { readonly effect: DeliveryEffect; readonly names: readonly string[] };

/** The faults that are on, and what it means that one of them strikes. */
export type Day = {
  readonly entries: readonly Entry[];
  isOn(entry: Entry): boolean;
  /** Counts the moment, struck or not. */
  moment(entry: Entry): FaultMoment;
  strike(entry: Entry): void;
};

const nothing: DeliveryStrike = { effect: {}, names: [] };

/** What happens to a delivery of a kind. */
export function strikeDelivery(day: Day, about: StruckSubject, kind: StruckKind): DeliveryStrike {
  return day.entries.reduce<DeliveryStrike>((sofar, entry) => {
    const { fault } = entry;
    if (fault.strikes !== "delivery" || fault.kinds?.includes(kind) === false) return sofar;
    if (!concerns(entry, about) || !day.isOn(entry)) return sofar;
    day.strike(entry);
    const effect = together(sofar.effect, fault.effect(entry.values, day.moment(entry)));
    return { effect, names: [...sofar.names, fault.name] };
  }, nothing);
}

/** Two effects on one delivery: they add up, and of two that exclude each other the later one counts. */
function together(one: DeliveryEffect, other: DeliveryEffect): DeliveryEffect {
  const first = one.changeBody;
  const second = other.changeBody;
  return {
    ...one,
    ...other,
    lateMilliseconds: (one.lateMilliseconds ?? 0) + (other.lateMilliseconds ?? 0),
    copiesAfter: (one.copiesAfter ?? 0) + (other.copiesAfter ?? 0),
    copiesAtOnce: (one.copiesAtOnce ?? 0) + (other.copiesAtOnce ?? 0),
    ...(first === undefined || second === undefined
      ? {}
      : { changeBody: (body: string) => second(first(body)) }),
  };
}

/** What happens to a call; the first fault that decides it ends the search. */
export function strikeGateway(day: Day, about: StruckSubject): GatewayStrike | undefined {
  let lateMilliseconds = 0;
  const names: string[] = [];
  for (const entry of day.entries) {
    const effect = gatewayEffect(day, entry, about);
    if (effect === undefined) continue;
    day.strike(entry);
    names.push(entry.fault.name);
    if (effect === "away") return { lateMilliseconds, decisive: undefined, instanceAway: true, names };
    if (effect.kind !== "late") return { lateMilliseconds, decisive: effect, instanceAway: false, names };
    lateMilliseconds += effect.milliseconds;
  }
  if (names.length === 0) return undefined;
  return { lateMilliseconds, decisive: undefined, instanceAway: false, names };
}

function gatewayEffect(day: Day, entry: Entry, about: StruckSubject): GatewayEffect | "away" | undefined {
  const { fault } = entry;
  if (fault.strikes !== "gateway" && fault.strikes !== "instance") return undefined;
  if (!concerns(entry, about) || !day.isOn(entry)) return undefined;
  return fault.strikes === "gateway" ? fault.effect(entry.values, day.moment(entry)) : "away";
}
