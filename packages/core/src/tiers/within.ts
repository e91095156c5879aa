/** The promise's value, or null when it took longer than `ms`; it goes on in the background then. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    const result = await Promise.race([promise, late])
    if (result === null) promise.catch(() => {})
    return result
  } finally {
    clearTimeout(timer)
  }
}
