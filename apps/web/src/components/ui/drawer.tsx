'use client'
import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '~/lib/cn'
import { Button } from './button'
import { useReturnFocus } from './use-return-focus'

interface DrawerProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  side: 'left' | 'right'
  children: ReactNode
}

/** A modal panel at the screen's edge. */
export function Drawer({ open, onOpenChange, title, side, children }: DrawerProps) {
  const focus = useReturnFocus()
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          {...focus}
          aria-describedby={undefined}
          className={cn(
            'fixed inset-y-0 z-50 flex w-[min(30rem,85vw)] flex-col bg-surface shadow-float',
            side === 'left' ? 'left-0 border-r' : 'right-0 border-l',
          )}
        >
          <header className="flex h-12 shrink-0 items-center justify-between border-b px-4">
            <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
            <Primitive.Close asChild>
              <Button variant="ghost" size="icon" aria-label="Close" className="-mr-2">
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          </header>
          <div className="grow overflow-y-auto p-4">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
