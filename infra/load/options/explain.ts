import { FreshetError } from '@freshet/client'
import { OptionError } from './read-option.ts'

/** What to tell somebody whose command failed: a sentence where it is one of ours, else all that is known. */
export function explain(error: unknown, help: string): string {
  // parseArgs throws TypeErrors with codes for options that there are none of.
  if (error instanceof OptionError || (error instanceof TypeError && 'code' in error))
    return `${error.message}\n${help}`
  if (error instanceof FreshetError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
