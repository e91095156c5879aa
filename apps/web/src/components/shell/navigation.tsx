'use client'
import { Activity, BookOpen, Layers } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cn } from '~/lib/cn'

const pages = [
  { href: '/', label: 'Overview', icon: Activity },
  { href: '/namespaces', label: 'Namespaces', icon: Layers },
  { href: '/docs', label: 'Control API', icon: BookOpen },
] as const

export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const pathname = usePathname()
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-col gap-0.5">
        {pages.map(({ href, label, icon: Icon }) => {
          const current = href === '/' ? pathname === '/' : pathname.startsWith(href)
          return (
            <li key={href}>
              <Link
                href={href}
                onClick={onNavigate}
                aria-current={current ? 'page' : undefined}
                className={cn(
                  'flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-muted text-sm transition-colors hover:bg-hover hover:text-ink',
                  current && 'bg-hover text-ink [&_svg]:text-accent',
                )}
              >
                <Icon aria-hidden className="size-4 shrink-0" />
                {label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
