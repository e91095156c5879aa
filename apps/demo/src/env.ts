import { createEnv } from '@t3-oss/env-core'
import { z } from 'zod'

const number = (fallback: number, min: number, max: number) => z.coerce.number().min(min).max(max).default(fallback)

const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')

/** Addresses of nodes, separated by commas, without a slash at the end. */
const nodeUrls = z
  .string()
  .transform((list) => list.split(',').map((url) => url.trim().replace(/\/+$/, '')))
  .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1))

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ })

export function readOriginEnv() {
  const env = createEnv({
    server: {
      DATABASE_URL: databaseUrl,
      /** Where the shop keeps its tables, if not beside the control plane's. */
      DEMO_DATABASE_URL: databaseUrl.optional(),
      DEMO_ORIGIN_HOST: z.string().default('127.0.0.1'),
      DEMO_ORIGIN_PORT: z.coerce.number().int().min(0).max(65_535).default(9_600),
      /** Median of the latency added to each answer, milliseconds. */
      DEMO_LATENCY_MS: number(60, 0, 10_000),
      /** Share of answers that fail. */
      DEMO_FAILURE_RATIO: number(0.002, 0, 1),
      /** Products whose price or stock changes each second; 0: none. */
      DEMO_PRICE_CHANGES: number(2, 0, 1_000),
      NODE_URLS: nodeUrls.default(['http://127.0.0.1:9400', 'http://127.0.0.1:9401']),
      DEMO_API_KEY: z.string().optional(),
      LOG_LEVEL: logLevel,
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
  })
  return { ...env, databaseUrl: env.DEMO_DATABASE_URL ?? env.DATABASE_URL }
}

export function readSeedEnv() {
  const env = createEnv({
    server: {
      DATABASE_URL: databaseUrl,
      DEMO_DATABASE_URL: databaseUrl.optional(),
      FRESHET_SECRET: z.string().min(32),
      // Accounts whose password is printed on a terminal have no place where it matters.
      FRESHET_ENV: z.enum(['development', 'staging'], 'the demo is not seeded in production').default('development'),
      DEMO_PASSWORD: z.string().min(8),
      DEMO_API_KEY: z.string().optional(),
      DEMO_ORIGIN_URL: z
        .url({ protocol: /^https?$/ })
        .default('http://127.0.0.1:9600')
        .transform((url) => url.replace(/\/+$/, '')),
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
  })
  return { ...env, databaseUrl: env.DEMO_DATABASE_URL ?? env.DATABASE_URL }
}

export function readTrafficEnv() {
  return createEnv({
    server: {
      NODE_URLS: nodeUrls.default(['http://127.0.0.1:9400', 'http://127.0.0.1:9401']),
      DEMO_API_KEY: z.string().min(1),
      /** Requests per second, as a mean over a day of the demo; 0: none. */
      DEMO_RATE: number(200, 0, 100_000),
      /** How long a day of the demo lasts, seconds: its traffic rises and sinks once. */
      DEMO_DAY_S: number(600, 10, 86_400),
      DEMO_MAX_IN_FLIGHT: number(128, 1, 10_000),
      /** A folder of request traces to replay (cache2k, Scarab, Azure Functions, access logs as CSV). */
      FRESHET_TRACES: z.string().optional(),
      /** Which of them: the beginning of its file name. */
      FRESHET_TRACE: z.string().optional(),
      LOG_LEVEL: logLevel,
    },
    runtimeEnv: process.env,
    emptyStringAsUndefined: true,
  })
}
