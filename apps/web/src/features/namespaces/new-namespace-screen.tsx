'use client'
import { defaultPolicy, type NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { toast } from 'sonner'
import { PageHeader } from '~/components/shell/page-header'
import { Panel } from '~/components/ui/card'
import { useMay } from '~/features/session/viewer'
import { useTRPC } from '~/trpc/client'
import { problemOf, reasonOf } from '~/trpc/problem'
import { announceSaved } from './announce-saved'
import { PolicyForm } from './policy-form'
import { policyResolver } from './policy-resolver'
import { PolicyText } from './policy-text'
import { showProblem } from './show-problem'
import { useForgetPolicies } from './use-policies'

export function NewNamespaceScreen({ name }: { name: string }) {
  const trpc = useTRPC()
  const router = useRouter()
  const forget = useForgetPolicies()
  const [base] = useState(() => ({ ...defaultPolicy(), name }))
  const form = useForm<NamespacePolicy>({ defaultValues: base, resolver: policyResolver, mode: 'onTouched' })
  const typedName = useWatch({ control: form.control, name: 'name' })
  const mayCreate = useMay('admin', typedName || '*')
  const put = useMutation(
    trpc.namespaces.put.mutationOptions({
      onSuccess: async (saved) => {
        announceSaved(saved)
        router.push(`/namespaces/${encodeURIComponent(saved.policy.name)}`)
        await forget()
      },
      onError: (error) => {
        const problem = problemOf(error)
        // Version 0 says "it must not be there yet"; a conflict then means that the name is taken.
        if (problem?.status === 409) form.setError('name', { message: 'A namespace of this name is there already' })
        else if (!showProblem(form, problem)) toast.error('Not created', { description: reasonOf(error) })
      },
    }),
  )
  return (
    <>
      <PageHeader title="New namespace" parent={{ href: '/namespaces', label: 'Namespaces' }} />
      <PolicyForm
        form={form}
        base={base}
        sampleKey={`${typedName || 'namespace'}:1`}
        mayEdit={mayCreate || typedName === ''}
        busy={put.isPending}
        saveLabel="Create"
        alwaysSavable
        onSave={(policy) => put.mutate({ name: policy.name, policy, version: 0 })}
      >
        <Panel title="Name" note="what keys begin with, up to the first colon">
          <div className="max-w-sm p-4 pt-1">
            <PolicyText
              path="name"
              label="Name"
              code
              placeholder="products"
              hint="Letters, digits, dot, dash, underscore"
            />
          </div>
        </Panel>
      </PolicyForm>
    </>
  )
}
