import { AppError } from '@freshet/core/errors/app-error'
import type { Origin } from '@freshet/core/origins/origin'

/** Stands for an origin that could not be made: every load says so, so that nobody takes its keys for missing. */
export function createRefusingOrigin(detail: string): Origin {
  const refusal = () => new AppError('origin_unavailable', detail, { state: 'misconfigured' })
  return {
    load: async () => {
      throw refusal()
    },
    loadMany: async (keys) => new Map(keys.map((key) => [key, refusal()])),
    status: () => ({ breaker: 'open', inFlight: 0, queued: 0 }),
    close: async () => undefined,
  }
}
