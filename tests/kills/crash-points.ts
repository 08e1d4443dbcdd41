/** Lines at which the framework can be told to die, in the order an event passes them. */
export const crashPoints = [
  "event-accepted",
  "before-commit",
  "after-commit",
  "before-erase",
  "after-erase",
  "before-answer",
];

/** Lines at which a replica that works jobs can die besides, in the order a run and a tick pass them. */
export const jobCrashPoints = [
  ...crashPoints,
  "job-claimed",
  "job-step-begins",
  "job-step-worked",
  "job-step-saved",
  "job-worked",
  "job-ends",
  "job-ended",
  "schedule-due",
  "schedule-started",
];
