/** What the work comes to, or undefined when it takes longer or fails. */
export async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([work.catch(() => undefined), limit])
  } finally {
    clearTimeout(timer)
  }
}
