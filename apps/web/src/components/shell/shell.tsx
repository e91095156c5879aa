'use client'
import { Menu as MenuIcon } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { Button } from '~/components/ui/button'
import { Drawer } from '~/components/ui/drawer'
import { useViewer } from '~/features/session/viewer'
import { cn } from '~/lib/cn'
import { ConnectionState } from './connection-state'
import { EnvironmentBadge } from './environment-badge'
import { Logo } from './logo'
import { Navigation } from './navigation'
import { ThemeMenu } from './theme-menu'
import { UserMenu } from './user-menu'

/** The frame around every page: navigation at the left, state of the installation at the top. */
export function Shell({ children }: { children: ReactNode }) {
  const { environment } = useViewer()
  const [menuOpen, setMenuOpen] = useState(false)
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh w-52 shrink-0 flex-col gap-3 border-r bg-surface p-3 lg:flex">
        <Link href="/" className="flex items-center gap-2.5 rounded-md px-2 py-1">
          <Logo className="size-6" />
          <span className="font-semibold text-base tracking-tight">Freshet</span>
        </Link>
        <Navigation />
      </aside>
      <div className="flex min-w-0 grow flex-col">
        <header
          className={cn(
            'sticky top-0 z-30 flex h-12 items-center gap-2 border-b bg-surface px-3 lg:px-6',
            environment === 'production' && 'border-t-2 border-t-danger',
          )}
        >
          <Button
            variant="ghost"
            size="icon"
            className="lg:hidden"
            aria-label="Open the navigation"
            onClick={() => setMenuOpen(true)}
          >
            <MenuIcon aria-hidden />
          </Button>
          <EnvironmentBadge environment={environment} />
          <div className="ml-auto flex items-center gap-1">
            <ConnectionState />
            <ThemeMenu />
            <UserMenu />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[1680px] grow px-4 py-5 outline-none lg:px-6">
          {children}
        </main>
      </div>
      <Drawer side="left" open={menuOpen} onOpenChange={setMenuOpen} title="Freshet">
        <Navigation onNavigate={() => setMenuOpen(false)} />
      </Drawer>
    </div>
  )
}
