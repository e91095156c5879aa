'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import { toast } from 'sonner'
import { useTRPC } from '~/trpc/client'
import { problemOf, reasonOf } from '~/trpc/problem'
import { announceSaved } from './announce-saved'
import { diffPolicies, rebasePolicy } from './policy-diff'
import { policyResolver } from './policy-resolver'
import { showProblem } from './show-problem'
import { type StoredPolicy, useForgetPolicies } from './use-policies'

/** A form over a stored policy: saving against the version it began from, and what to do when that is gone. */
export function usePolicyEditor(stored: StoredPolicy) {
  const trpc = useTRPC()
  const client = useQueryClient()
  const forget = useForgetPolicies()
  const [base, setBase] = useState(stored)
  const [theirs, setTheirs] = useState<StoredPolicy | null>(null)
  const form = useForm<NamespacePolicy>({
    defaultValues: stored.policy,
    resolver: policyResolver,
    mode: 'onTouched',
  })
  const dirty = form.formState.isDirty

  const adopt = (next: StoredPolicy) => {
    setBase(next)
    form.reset(next.policy)
  }
  // A newer version that was read in the background replaces what nobody has touched; touched fields are never taken away.
  useEffect(() => {
    if (stored.version > base.version && !dirty) {
      setBase(stored)
      form.reset(stored.policy)
    }
  }, [stored, base.version, dirty, form])

  const put = useMutation(
    trpc.namespaces.put.mutationOptions({
      onSuccess: async (saved) => {
        adopt(saved)
        announceSaved(saved)
        await forget()
      },
      onError: async (error) => {
        const problem = problemOf(error)
        if (problem?.status === 409) {
          const query = trpc.namespaces.get.queryOptions({ name: base.policy.name }, { staleTime: 0 })
          setTheirs(await client.fetchQuery(query))
          return
        }
        showProblem(form, problem)
        toast.error('Not saved', { description: reasonOf(error) })
      },
    }),
  )

  return {
    form,
    base,
    saving: put.isPending,
    save: (policy: NamespacePolicy) => put.mutate({ name: policy.name, policy, version: base.version }),
    conflict: theirs && {
      savedBy: theirs.updatedBy,
      changes: diffPolicies(base.policy, theirs.policy),
      onOpenChange: () => setTheirs(null),
      onTakeTheirs: () => {
        adopt(theirs)
        setTheirs(null)
      },
      onKeepMine: () => {
        const mine = rebasePolicy(base.policy, form.getValues(), theirs.policy)
        setBase(theirs)
        form.reset(theirs.policy)
        form.reset(mine, { keepDefaultValues: true })
        setTheirs(null)
      },
    },
  }
}
