/** A zod object that refuses unknown keys and says which ones it knows, so that a hint can be given. */
import { z } from 'zod';

export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') (issue as { params?: unknown }).params = { known };
      return undefined;
    },
  });
}
