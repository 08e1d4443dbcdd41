/** Lines at which the framework can be told to die, in the order an event passes them. */
export const crashPoints = [
  "event-accepted",
  "before-commit",
  "after-commit",
  "before-erase",
  "after-erase",
  "before-answer",
];
