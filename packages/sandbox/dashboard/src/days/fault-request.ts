/** What a person filled in, as the request that switches a fault on. Pure; the server checks every value. */
import { parseExactJson } from "@annex/protocol/words";
import type { BodyOf } from "../api/routes.ts";
import type { FaultDescription, FaultValue } from "../api/types.ts";

/** The form: all texts, empty where nothing is said. */
export type FaultForm = {
  readonly instanceId: string;
  readonly appId: string;
  readonly forSeconds: string;
  readonly times: string;
  readonly values: Readonly<Record<string, string>>;
};

/** The form as it opens: for the selected instance, with the values' defaults. */
export function firstForm(fault: FaultDescription, instanceId: string): FaultForm {
  const values = fault.values.map((value) => [value.name, firstText(value)] as const);
  return {
    instanceId: fault.strikes === "session" ? "" : instanceId,
    appId: "",
    forSeconds: "",
    times: "",
    values: Object.fromEntries(values),
  };
}

function firstText({ default: value, choices, required }: FaultValue): string {
  if (value !== undefined) return String(value);
  return required ? (choices?.[0] ?? "") : "";
}

/**
 * The request: what is empty is left out, numbers are numbers, and what is no number goes out as the text it is, so
 * that the server can say what is wrong with it.
 */
export function faultRequest(fault: FaultDescription, form: FaultForm): BodyOf<"POST /api/faults"> {
  const fields: readonly (readonly [string, unknown])[] = [
    ["instance_id", form.instanceId],
    ["app_id", form.appId],
    ["for_seconds", numberOr(form.forSeconds)],
    ["times", numberOr(form.times)],
    ...fault.values.map((value) => [value.name, sentValue(value, form.values[value.name] ?? "")] as const),
  ];
  return { fault: fault.fault, ...Object.fromEntries(fields.filter(([, value]) => value !== "")) };
}

function sentValue({ type }: FaultValue, text: string): unknown {
  if (text === "") return "";
  if (type === "number") return numberOr(text);
  if (type === "truth") return text === "true";
  return type === "json" ? jsonOr(text) : text;
}

function numberOr(text: string): unknown {
  const trimmed = text.trim();
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

/** JSON where it is some, so that `5` is a number and `five` a text. */
function jsonOr(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
