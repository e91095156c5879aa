import { useEffect, useState } from 'react'

/** A feed of one per second that says nothing for this long is lost, whatever the browser believes of its connection. */
const SILENCE_MS = 5_000

/** True once `beat` has not changed for five seconds. Null: nothing came yet, which is not silence. */
export function useSilence(beat: number | null): boolean {
  const [silentBeat, setSilentBeat] = useState<number | null>(null)
  useEffect(() => {
    if (beat === null) return
    const timer = setTimeout(() => setSilentBeat(beat), SILENCE_MS)
    return () => clearTimeout(timer)
  }, [beat])
  return beat !== null && silentBeat === beat
}
