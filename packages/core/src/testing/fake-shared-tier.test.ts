import { FakeSharedTier } from './fake-shared-tier.ts'
import { describeTierContract } from './tier-contract.ts'

// What stands in for Redis in the tests of the domain must keep to the same rules.
describeTierContract('the fake one', async () => new FakeSharedTier())
