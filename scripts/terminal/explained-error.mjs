/** A failure whose message is the whole story for a person: what is wrong, and what to do. Printed without a stack. */
export class ExplainedError extends Error {}
