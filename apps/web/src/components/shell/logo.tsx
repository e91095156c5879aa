/** Freshet: a stream in spate. Two waves in a rounded square. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className}>
      <rect width="24" height="24" rx="6" fill="var(--accent)" />
      <path
        d="M4 10c2.3-2.9 4.6-2.9 7-.6s4.6 2.3 9-1.7M4 16.4c2.3-2.9 4.6-2.9 7-.6s4.6 2.3 9-1.7"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.1"
        strokeLinecap="round"
      />
    </svg>
  )
}
