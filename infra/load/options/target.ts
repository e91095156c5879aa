import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { OptionError } from './read-option.ts'

/** A running installation: its nodes, and a credential for them. */
export interface Target {
  urls: readonly string[]
  apiKey: string
}

/** What `npm start` writes down of itself. */
const DemoFacts = z.object({ nodes: z.array(z.url()).min(1), apiKey: z.string().min(1) })

interface Named {
  url?: string | undefined
  key?: string | undefined
}

/**
 * Where to send requests: what the command line says, else FRESHET_URL and FRESHET_API_KEY, else what `npm start` in this
 * checkout wrote down. Address and key come from the same place: the demo's key is no other installation's.
 */
export function findTarget({ url, key }: Named, env: Record<string, string | undefined>, checkout: string): Target {
  const urls = url ?? env.FRESHET_URL
  const apiKey = key ?? env.FRESHET_API_KEY
  if (urls !== undefined) {
    if (apiKey === undefined) throw new OptionError('there is no API key: --key, or FRESHET_API_KEY')
    return { urls: readUrls(urls), apiKey }
  }
  const demo = readDemo(path.resolve(checkout, env.FRESHET_DATA_DIR ?? '.freshet', 'demo.json'))
  if (demo === null) throw new OptionError('there is no address: --url, FRESHET_URL, or npm start in another terminal')
  return { urls: demo.nodes, apiKey: apiKey ?? demo.apiKey }
}

function readUrls(text: string): string[] {
  const urls = text.split(',').map((part) => part.trim())
  const wrong = urls.find((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
  if (wrong !== undefined) throw new OptionError(`--url takes addresses such as http://localhost:9400, not "${wrong}"`)
  return urls
}

function readDemo(file: string): z.infer<typeof DemoFacts> | null {
  try {
    return DemoFacts.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Nothing was started here, or it is being written just now: there is nothing to go by.
    return null
  }
}
