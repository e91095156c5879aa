/** The promise's value, or null when it takes longer than `ms`; it goes on in the background then. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, ms))
  })
  try {
    const result = await Promise.race([promise, late])
    if (result === null) promise.catch(() => {})
    return result
  } finally {
    clearTimeout(timer)
  }
}

/** The same of what may fail, which is null as well: goodbyes and probes end, whatever the other side does. */
export function attemptWithin<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  return within<T | null>(
    promise.catch(() => null),
    ms,
  )
}
