/**
 * Runs a task one at a time. A call while it runs may have come too late for that run and gets the next, which all such
 * calls share: its promise settles with a run that began after the call.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const call = (): Promise<void> => {
    if (running === null) {
      running = task().finally(() => {
        running = null
      })
      return running
    }
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        return call()
      })
    return next
  }
  return call
}
