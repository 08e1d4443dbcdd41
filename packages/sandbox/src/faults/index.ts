/**
 * Bad days on purpose: every situation the mission speaks of, switched on for an app,
 * an instance or an installation, for a time or a number of times. Specified by the
 * doors document. One file a fault, all of one shape (`fault.ts`): where it strikes,
 * its values with their checks, its words, and its effect as plain data. Whoever
 * carries out a delivery, a call or a launch asks here what the day is like and does
 * it himself; this folder touches the table faults and nothing else.
 */
export { describeFaults, type FaultDescription } from "./catalogue.ts";
export { type DeliveryStrike, straight } from "./day.ts";
export { type Delay, type Waiting, waitOut } from "./delay.ts";
export type { FaultView } from "./entry.ts";
export { type Faults, openFaults } from "./faults.ts";
export { keyRevoked } from "./key-revoked.ts";
