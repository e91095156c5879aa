/**
 * What must be undone at the end, the last first. A test that fails half-way up must not leave servers behind: they outlive
 * vitest's workers, which end without asking anybody.
 */
export class Undo {
  private readonly steps: (() => Promise<unknown>)[] = []

  /** @returns what was started, for use in one expression. */
  add<T>(started: T, step: (started: T) => Promise<unknown>): T {
    this.steps.push(() => step(started))
    return started
  }

  /** Does all of it, even when a step fails; then rejects with the first failure. */
  async all(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.steps.splice(0).reverse()) await step().catch((error) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}

/** Waits for all, even when one fails: nothing may still be starting while the rest is undone. */
export async function together<T extends readonly Promise<unknown>[]>(
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
