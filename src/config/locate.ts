/** Line and column for problems that were found in the data of a file. */
import { readFileSync } from 'node:fs';
import type { Problem } from '../core/errors.ts';
import type { Complaint } from './complaint.ts';
import type { Document } from './document.ts';

/** @param problems of files that could be read a moment ago. */
export async function located(problems: readonly Problem[]): Promise<Complaint[]> {
  if (problems.length === 0) return [];
  const { Document } = await import('./document.ts');
  const documents = new Map<string, Document>();
  return problems.map((problem) => {
    let document = documents.get(problem.file);
    if (!document) documents.set(problem.file, (document = new Document(problem.file, readFileSync(problem.file, 'utf8'))));
    return document.locate(problem);
  });
}
