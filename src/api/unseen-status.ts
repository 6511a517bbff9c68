/**
 * What the API server gives an object that the controller has not looked at yet. Without it kstatus, and what builds on it,
 * would take a ModelDeployment for done that was applied a moment ago.
 */
export const unseenStatus = { observedGeneration: -1 } as const;
