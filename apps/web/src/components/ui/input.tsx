import type { ComponentProps } from 'react'
import { cn } from '~/lib/cn'

/** One look for everything that is typed into; `aria-invalid` turns the frame red. */
export const inputLook =
  'h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-faint hover:border-faint focus-visible:border-accent focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-raised disabled:text-muted disabled:hover:border-line-strong read-only:bg-raised aria-invalid:border-danger'

export function Input({ className, type = 'text', ...props }: ComponentProps<'input'>) {
  return <input type={type} className={cn(inputLook, className)} {...props} />
}
