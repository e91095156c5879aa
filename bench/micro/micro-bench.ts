interface MicroResult {
  name: string
  /** Nanoseconds a call. */
  ns: number
  /** The most it may take, where there is such a limit. */
  atMostNs?: number
}

export type MicroBench = () => MicroResult[]
