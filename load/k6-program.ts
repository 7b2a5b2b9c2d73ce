/** Where k6 is: it is a program of its own, not a package of npm. */
import { spawnSync } from "node:child_process";

const K6_MISSING =
  "k6 was not found. Install version 1.6 or newer (https://grafana.com/docs/k6/latest/set-up/install-k6/, or with Go:\n" +
  "go install go.k6.io/k6@v1.8.1) so that `k6` is on the PATH, or name the program in the variable K6.";

/**
 * The program that K6 names, or the `k6` of the PATH.
 *
 * @throws Error with what to do when it cannot be run
 */
export function k6Program(environment: NodeJS.ProcessEnv = process.env): string {
  const program = environment.K6 || "k6";
  const { status } = spawnSync(program, ["version"], { stdio: "ignore" });
  if (status !== 0)
    throw new Error(environment.K6 ? `K6 names ${program}, which cannot be run.\n${K6_MISSING}` : K6_MISSING);
  return program;
}
