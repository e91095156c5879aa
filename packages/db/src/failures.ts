import { z } from 'zod'
import { Prisma } from './generated/prisma/client.ts'

/** Prisma's codes for "no answer from PostgreSQL": unreachable, too slow, closed, no connection free, transaction lost. */
const UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])
/** The same as adapter-pg names it; raw queries fail with one code (P2010) whatever happened. */
const UNAVAILABLE_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])
/** PostgreSQL's classes 08 (connection), 57P (shutting down, starting up) and 53 (no resources). */
const UNAVAILABLE_STATE = /^(08|57P|53)/
/** pg's own errors have no code: its limits (client.ts), and connections that ended while a query ran. */
const PG_MESSAGE =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/

const DriverAdapterError = z.object({
  cause: z.object({ kind: z.string(), originalCode: z.string().optional() }),
})
const DriverFault = z.object({ driverAdapterError: DriverAdapterError })

/** True when PostgreSQL could not be asked, as opposed to having answered with an error. Retrying later makes sense. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true
  if (error instanceof Prisma.PrismaClientKnownRequestError)
    return UNAVAILABLE.has(error.code) || isUnavailable(DriverFault.safeParse(error.meta).data?.driverAdapterError)
  // BEGIN and COMMIT of an interactive transaction fail with the adapter's error as it is.
  if (isUnavailable(DriverAdapterError.safeParse(error).data)) return true
  return error instanceof Error && PG_MESSAGE.test(error.message)
}

function isUnavailable(error: z.infer<typeof DriverAdapterError> | undefined): boolean {
  if (!error) return false
  const { kind, originalCode = '' } = error.cause
  return UNAVAILABLE_KINDS.has(kind) || UNAVAILABLE_STATE.test(originalCode)
}

/** True when a row with the same unique value is already there. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}
