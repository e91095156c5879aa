/**
 * What the budget begins with, and the most that it holds: all calls that are under way at a node which stops may fail at
 * once, before any other has succeeded.
 */
const MAX = 100

/**
 * How many repeats there may be beside first attempts: a fifth of them. When everything fails, clients then send 1.2 times
 * what they would have sent, and not several times: repeats must not be what keeps a cluster down.
 */
export class RetryBudget {
  private readonly share: number
  private left = MAX

  constructor(share = 0.2) {
    this.share = share
  }

  noteCall(): void {
    this.left = Math.min(MAX, this.left + this.share)
  }

  /** Takes the price of one repeat; false: there is nothing left to pay it with. */
  take(): boolean {
    if (this.left < 1) return false
    this.left--
    return true
  }
}
