/** The purpose that a connection names itself by: `CLIENT SETNAME node-1/poll`. */
const NAME = /\r\n[\w.-]+\/([a-z0-9-]+)\r\n/
/** What ioredis sends before a connection is used. */
const HANDSHAKE = new Set(['HELLO', 'AUTH', 'CLIENT', 'INFO', 'SELECT', 'READONLY'])
const COMMAND = /^\*\d+\r\n\$\d+\r\n(\w+)/

/** The purpose in a connection's first request, or null. */
export function readPurpose(chunk: Buffer): string | null {
  return NAME.exec(chunk.toString('latin1'))?.[1] ?? null
}

/** Whether a request only introduces its connection. */
export function isHandshake(chunk: Buffer): boolean {
  const command = COMMAND.exec(chunk.subarray(0, 64).toString('latin1'))?.[1]
  return command !== undefined && HANDSHAKE.has(command.toUpperCase())
}
