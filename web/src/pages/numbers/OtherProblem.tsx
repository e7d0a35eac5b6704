import { blamedFields } from "../../net/problem.ts";
import type { Problem } from "../../net/problem.ts";
import { ProblemNotice } from "../../ui/feedback.tsx";

/** A problem that is not shown beside a field of the form. */
export function OtherProblem({ problem }: { readonly problem: Problem }) {
  return blamedFields(problem).size === 0 ? <ProblemNotice problem={problem} /> : null;
}
