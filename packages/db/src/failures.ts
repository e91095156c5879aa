import { Prisma } from './generated/prisma/client.ts'

/** Prisma's codes for "no answer from PostgreSQL": unreachable, too slow, closed, no connection free, transaction lost. */
const UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])
/** PostgreSQL's classes 08 (connection), 57P (shutting down, starting up) and 53 (no resources). */
const UNAVAILABLE_STATE = /^(08|57P|53)/
const SOCKET_FAULT = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)/

/** True when PostgreSQL could not be asked, as opposed to having answered with an error. Retrying later makes sense. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true
  if (error instanceof Prisma.PrismaClientKnownRequestError && UNAVAILABLE.has(error.code)) return true
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (SOCKET_FAULT.test(code) || UNAVAILABLE_STATE.test(code)) return true
  return error.cause !== undefined && isDatabaseUnavailable(error.cause)
}

/** True when a row with the same unique value is already there. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
}
