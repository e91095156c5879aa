'use client'
import type { AppRouter } from '@freshet/api/root'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { inferRouterOutputs } from '@trpc/server'
import { useTRPC } from '~/trpc/client'

type Outputs = inferRouterOutputs<AppRouter>['namespaces']
export type StoredPolicy = Outputs['get']
export type OriginTest = Outputs['testOrigin']

export function usePolicies() {
  const trpc = useTRPC()
  return useQuery(trpc.namespaces.list.queryOptions())
}

export function usePolicy(name: string) {
  const trpc = useTRPC()
  return useQuery(trpc.namespaces.get.queryOptions({ name }))
}

/** Makes every page that shows policies read them again, after one was changed here. */
export function useForgetPolicies(): () => Promise<void> {
  const trpc = useTRPC()
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: trpc.namespaces.pathKey() })
}
