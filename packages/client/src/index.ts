export type { ClientEnv } from './env.ts'
export { clientEnv } from './env.ts'
export type { FreshetErrorCode, FreshetErrorFacts } from './errors/freshet-error.ts'
export { FreshetError } from './errors/freshet-error.ts'
