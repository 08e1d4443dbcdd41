/** Reading what is asked for when a fault is set: the fault, its scope, how long, its values. */
import { parseWith } from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { catalogue } from "./catalogue.ts";
import type { Fault } from "./fault.ts";

const identifier = z.string("must be an id").min(1, "must be an id").max(128, "must be an id").optional();
const longestSeconds = 31_536_000;
const secondsWords = `must be a number of seconds above 0, at most ${longestSeconds}`;
const timesWords = "must be a whole number from 1 to 1000000";

const names = catalogue.map(({ name }) => name).join(", ");

const ownFields = {
  fault: z.string(`must be one of ${names}`),
  app_id: identifier,
  instance_id: identifier,
  installed_app_id: identifier,
  for_seconds: z.number(secondsWords).gt(0, secondsWords).max(longestSeconds, secondsWords).optional(),
  times: z.int(timesWords).min(1, timesWords).max(1_000_000, timesWords).optional(),
};
const ownSchema = z.object(ownFields);

/** A fault as it is asked for, checked. */
export type FaultRequest = {
  readonly fault: Fault;
  readonly appId: string | undefined;
  readonly instanceId: string | undefined;
  readonly installedAppId: string | undefined;
  readonly forSeconds: number | undefined;
  readonly times: number | undefined;
  readonly values: Readonly<Record<string, unknown>>;
};

/**
 * Reads a request to set a fault.
 *
 * @throws Refusal 422 `invalid_request` naming the field: an unknown fault, a value it does not take, a wrong one.
 */
export function readFaultRequest(input: Readonly<Record<string, unknown>>): FaultRequest {
  const own = checkedBy(ownSchema, input);
  const fault = catalogue.find(({ name }) => name === own.fault);
  if (fault === undefined) throw refused("fault", `"${own.fault.slice(0, 60)}" is none; there are ${names}`);
  const given = Object.fromEntries(Object.entries(input).filter(([name]) => !(name in ownFields)));
  refuseUnknown(fault, given);
  const values = checkedBy(fault.values, given) as Readonly<Record<string, unknown>>;
  refuseScope(fault, own);
  return {
    fault,
    appId: own.app_id,
    instanceId: own.instance_id,
    installedAppId: own.installed_app_id,
    forSeconds: own.for_seconds,
    times: own.times,
    values,
  };
}

function checkedBy<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const parsed = parseWith(schema, input);
  if (parsed.ok) return parsed.value;
  const [{ field, problem }] = parsed.problems;
  throw refused(field, problem);
}

function refuseUnknown(fault: Fault, given: Readonly<Record<string, unknown>>): void {
  const { shape } = fault.values as z.ZodObject;
  const stranger = Object.keys(given).find((name) => !(name in shape));
  if (stranger === undefined) return;
  const known = Object.keys(shape);
  const takes = known.length === 0 ? "takes no values" : `takes ${known.join(", ")}`;
  throw refused(stranger, `is no value of ${fault.name}, which ${takes}`);
}

/** The log-ins of the dashboard belong to no app. */
function refuseScope(fault: Fault, own: z.output<typeof ownSchema>): void {
  if (fault.strikes !== "session") return;
  const field = (["app_id", "instance_id", "installed_app_id"] as const).find(
    (name) => own[name] !== undefined,
  );
  if (field !== undefined) throw refused(field, `does not fit ${fault.name}, which is about the dashboard`);
}

/** A refusal that names the field. */
export function refused(field: string, problem: string): Refusal {
  return new Refusal(422, "invalid_request", `${field}: ${problem}.`, { field });
}
