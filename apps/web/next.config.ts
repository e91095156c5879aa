import path from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  output: 'standalone',
  // The workspace's packages lie above this app; without this the standalone output would leave them out.
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  // The Redis adapters read their Lua scripts from beside their source, where the tracer does not look.
  outputFileTracingIncludes: { '/**': ['../../packages/redis/src/lua/*.lua'] },
  transpilePackages: ['@freshet/api', '@freshet/core', '@freshet/db', '@freshet/redis', '@freshet/tls'],
  serverExternalPackages: ['@prisma/adapter-pg', '@prisma/client', 'bullmq', 'ioredis', 'pg', 'pino'],
  poweredByHeader: false,
  reactStrictMode: true,
  // Static files never pass the proxy, so what is the same for every answer is said here; the policy that needs a nonce
  // per answer is in src/proxy.ts.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
      ],
    },
  ],
}

export default config
