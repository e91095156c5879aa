/** How far errors are nested in errors: a Cluster's holds that of the member that was asked last. */
const DEPTH = 3

/**
 * Hands errors on without the arguments of the command that failed. ioredis writes them all into its errors, the password
 * of a refused AUTH or HELLO and the values of whatever was stored among them, and loggers write down what an error holds.
 */
export function withoutArguments<E extends Error>(tell: (error: E) => void): (error: E) => void {
  return (error) => {
    strip(error, DEPTH)
    tell(error)
  }
}

/** In place: commands that waited are rejected with the same object. */
function strip(error: object, depth: number): void {
  if ('command' in error && isObject(error.command) && 'args' in error.command) delete error.command.args
  if (depth === 0) return
  for (const held of Object.values(error)) if (held instanceof Error) strip(held, depth - 1)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
