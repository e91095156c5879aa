const REST_MS = 1_000

/** The nodes that requests go to, without those that did not answer a moment ago. */
export class Nodes {
  private readonly restingUntilMs = new Map<string, number>()
  private readonly urls: readonly string[]

  constructor(urls: readonly string[]) {
    this.urls = urls
  }

  /** Any node that is not resting, but for `except`; null when there is none. */
  pick(nowMs: number, except: string | null = null, random: () => number = Math.random): string | null {
    const candidates = this.urls.filter((url) => url !== except && (this.restingUntilMs.get(url) ?? 0) <= nowMs)
    return candidates[Math.floor(candidates.length * random())] ?? null
  }

  /** It did not answer: it is left alone for a second, so that its return is noticed without hammering it. */
  rest(url: string, nowMs: number): void {
    this.restingUntilMs.set(url, nowMs + REST_MS)
  }
}
