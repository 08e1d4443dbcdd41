/** What every fault is: a name, where it strikes, its values, its words for a person, and its effect as plain data. */
import type { z } from "zod";
import type { Refusal } from "../errors.ts";

/** Where a fault strikes. */
export type FaultPlace = "delivery" | "gateway" | "launch" | "session" | "instance";

/** What a person reads of a fault on the page "Bad days". */
export type FaultWords = {
  /** The name of the doors document, such as `delivery-late`. */
  readonly name: string;
  readonly title: string;
  readonly whatHappens: string;
  readonly whatAGoodAppDoes: string;
};

/** The moment at which a fault could strike. */
export type FaultMoment = {
  /** How often it could have struck before, since it was set or since the last restart. */
  readonly seen: number;
  /** A number from 0 up to 1, by chance. */
  readonly chance: number;
};

/** What happens to a delivery. Several faults add up. */
export type DeliveryEffect = {
  /** It reaches the app this many milliseconds later. */
  readonly lateMilliseconds?: number;
  /** The app's answer never comes back. */
  readonly answerLost?: boolean;
  /** It is sent so many more times, after its answer. */
  readonly copiesAfter?: number;
  /** It is sent so many more times, at the same instant. */
  readonly copiesAtOnce?: number;
  /** The body that is sent in place of the right one. */
  readonly changeBody?: (body: string) => string;
  /** Cloud gives up at once; the event arrives after the uninstall event, or so many milliseconds later. */
  readonly heldBack?: "until-uninstalled" | { readonly milliseconds: number };
};

/** What happens to a call of the Cloud API. */
export type GatewayEffect =
  | { readonly kind: "late"; readonly milliseconds: number }
  | {
      readonly kind: "refuse";
      readonly refusal: Refusal;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "answer"; readonly status: number; readonly body: string; readonly contentType: string }
  | { readonly kind: "cut"; readonly after: "commit" | "request" | "half" };

/** What is delivered to an app. */
export type StruckKind = "install" | "uninstall" | "portal";

type Described<Values> = FaultWords & { readonly values: z.ZodType<Values> };

export type DeliveryFault = Described<unknown> & {
  readonly strikes: "delivery";
  /** What it is about; absent: all three. */
  readonly kinds?: readonly StruckKind[];
  effect(values: unknown, moment: FaultMoment): DeliveryEffect;
};

export type GatewayFault = Described<unknown> & {
  readonly strikes: "gateway";
  /** Nothing, where it lets this call through. */
  effect(values: unknown, moment: FaultMoment): GatewayEffect | undefined;
};

export type LaunchFault = Described<unknown> & {
  readonly strikes: "launch";
  /** Whether it strikes the launches of this member. */
  concerns(values: unknown, userId: string): boolean;
};

/** A fault that is all said by its being on. */
export type StandingFault = Described<unknown> & { readonly strikes: "session" | "instance" };

export type Fault = DeliveryFault | GatewayFault | LaunchFault | StandingFault;

/** A fault of deliveries. Its effect sees checked values. */
export function deliveryFault<Values>(
  fault: Described<Values> & {
    readonly kinds?: readonly StruckKind[];
    readonly effect: (values: Values, moment: FaultMoment) => DeliveryEffect;
  },
): DeliveryFault {
  const effect = (values: unknown, moment: FaultMoment) => fault.effect(fault.values.parse(values), moment);
  return { ...fault, strikes: "delivery", effect };
}

/** A fault of the Cloud API. Its effect sees checked values. */
export function gatewayFault<Values>(
  fault: Described<Values> & {
    readonly effect: (values: Values, moment: FaultMoment) => GatewayEffect | undefined;
  },
): GatewayFault {
  const effect = (values: unknown, moment: FaultMoment) => fault.effect(fault.values.parse(values), moment);
  return { ...fault, strikes: "gateway", effect };
}

/** A fault of launches. */
export function launchFault<Values>(
  fault: Described<Values> & { readonly concerns: (values: Values, userId: string) => boolean },
): LaunchFault {
  const concerns = (values: unknown, userId: string) => fault.concerns(fault.values.parse(values), userId);
  return { ...fault, strikes: "launch", concerns };
}
