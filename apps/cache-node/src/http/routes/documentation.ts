export function documentationRoutes(_app: unknown, _services: unknown): void {}
