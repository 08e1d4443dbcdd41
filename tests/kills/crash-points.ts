/** Lines at which the framework can be told to die, in the order an event passes them. */
const crashPoints = [
  "event-accepted",
  "before-commit",
  "after-commit",
  "before-erase",
  "after-erase",
  "before-answer",
];

/** Those, and the lines at which it can die as it works a run, in the order a run passes them. */
export const runCrashPoints = [
  ...crashPoints,
  "job-claimed",
  "job-step-begins",
  "job-step-worked",
  "job-step-saved",
  "job-worked",
  "job-ends",
  "job-ended",
];

/** Those, and the lines of a tick. */
export const tickCrashPoints = [...runCrashPoints, "schedule-due", "schedule-started"];
