/** Every metric there is. Durations in seconds, as the semantic conventions want; `docs/operations` has a board of them. */

/** Of requests: those of the semantic conventions. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const workSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

export const instruments = {
  "http.server.request.duration": {
    kind: "histogram",
    unit: "s",
    description: "Events, launches, pages and portal calls.",
    boundaries: requestSeconds,
  },
  "http.client.request.duration": {
    kind: "histogram",
    unit: "s",
    description: "Calls to Cloud.",
    boundaries: requestSeconds,
  },
  "messaging.process.duration": {
    kind: "histogram",
    unit: "s",
    description: "Runs of jobs and hooks, from their start to their end.",
    boundaries: workSeconds,
  },
  "annex.run.wait.duration": {
    kind: "histogram",
    unit: "s",
    description: "How long runs waited since they might have started.",
    boundaries: workSeconds,
  },
  "annex.step.duration": {
    kind: "histogram",
    unit: "s",
    description: "Steps of runs, with the commit of their results.",
    boundaries: workSeconds,
  },
  "annex.runs.active": {
    kind: "up-down",
    unit: "{run}",
    description: "Runs under way in this process.",
  },
  "annex.events": {
    kind: "counter",
    unit: "{event}",
    description: "Events, and answers of Cloud about a key, by what came of them.",
  },
  "annex.launches": {
    kind: "counter",
    unit: "{launch}",
    description: "Launches, by what came of them.",
  },
} as const satisfies Readonly<Record<string, Instrument>>;

export type InstrumentName = keyof typeof instruments;

export type Instrument = {
  readonly kind: "histogram" | "up-down" | "counter";
  readonly unit: string;
  readonly description: string;
  readonly boundaries?: readonly number[];
};
