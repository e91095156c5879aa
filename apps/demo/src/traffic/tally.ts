/** What came of the requests since the last report. */
export interface Tally {
  sent: number
  ok: number
  notModified: number
  absent: number
  clientErrors: number
  serverErrors: number
  /** Neither node answered. */
  failed: number
  /** Not sent, because too many were under way already. */
  skipped: number
}

export function emptyTally(): Tally {
  return { sent: 0, ok: 0, notModified: 0, absent: 0, clientErrors: 0, serverErrors: 0, failed: 0, skipped: 0 }
}

export function countStatus(tally: Tally, status: number): void {
  if (status < 300) tally.ok++
  else if (status === 304) tally.notModified++
  else if (status === 404) tally.absent++
  else if (status < 500) tally.clientErrors++
  else tally.serverErrors++
}
