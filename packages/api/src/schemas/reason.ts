import { z } from 'zod'
import { isStorable, UNSTORABLE } from './storable.ts'

/** Why somebody changes something, in their own words. */
export const Reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(isStorable, UNSTORABLE)
  .optional()
  .describe('Why; the audit keeps it')
